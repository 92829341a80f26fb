"""The keys of the items in the tables."""

from collections.abc import Mapping
from typing import Any

LOCK = "LOCK"
SETTINGS = "SETTINGS"
JOB = "JOB#"
LINK = "LINK#"
ISSUE = "ISSUE#"
CHANGE = "CHANGE#"
ROSTER = "ROSTER#"
UNDECIDED = "UNDECIDED#"
TRIALS = "TRIALS"
NOTICE = "NOTICE#"
CUSTOMER = "CUSTOMER#"
EMAIL = "EMAIL#"
EMAILS = "EMAILS"
OWNER = "OWNER#"
USAGE = "USAGE#"
IDEMPOTENCY_KEY = "KEY#"
PRODUCTS = "PRODUCTS"


def key(company_id: str, sort_key: str) -> dict[str, str]:
    """The key of one of a company's items."""
    return {"PK": partition(company_id), "SK": sort_key}


_COMPANY = "COMPANY#"


def partition(company_id: str) -> str:
    """The partition that holds all of a company's items."""
    return _COMPANY + company_id


def company_of(item: Mapping[str, Any]) -> str:
    """The id of the company to which an item, or a key, belongs."""
    return str(item["PK"]).removeprefix(_COMPANY)
