"""Dates as text: ISO 8601 in UTC, on the wire and in the tables."""

from datetime import UTC, datetime


def format_date(at: datetime) -> str:
    """The date as `2026-11-21T18:40:01.123Z`. Texts of this form sort in the order of time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_date(text: str) -> datetime:
    """The aware date in an ISO 8601 text; a text without a time zone is in UTC. Raises ValueError."""
    at = datetime.fromisoformat(text.strip())
    return at if at.tzinfo else at.replace(tzinfo=UTC)
