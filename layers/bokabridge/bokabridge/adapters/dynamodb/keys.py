"""The keys and dates of the tables."""

from datetime import UTC, datetime

LOCK = "LOCK"
SETTINGS = "SETTINGS"
JOB = "JOB#"
LINK = "LINK#"
ISSUE = "ISSUE#"
PAGE = "PAGE#"
CUSTOMER = "CUSTOMER#"
EMAIL = "EMAIL#"
EMAILS = "EMAILS"
USAGE = "USAGE#"
IDEMPOTENCY_KEY = "KEY#"
PRODUCTS = "PRODUCTS"


def key(company_id: str, sort_key: str) -> dict[str, str]:
    """The key of one of a company's items."""
    return {"PK": partition(company_id), "SK": sort_key}


def partition(company_id: str) -> str:
    """The partition that holds all of a company's items."""
    return f"COMPANY#{company_id}"


def date(at: datetime) -> str:
    """ISO 8601, UTC, milliseconds: sorts as text."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_date(text: str) -> datetime:
    """What `date` wrote."""
    return datetime.fromisoformat(text)
