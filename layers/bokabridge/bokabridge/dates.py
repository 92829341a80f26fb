"""Dates as text: ISO 8601 in UTC in the tables, and the forms that requests may have."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECONDS = re.compile(r"/Date\((-?[0-9]{1,15})(?:[+-][0-9]{4})?\)/", re.ASCII)


@lru_cache(maxsize=16)  # the items that are written at once have the same dates
def format_date(at: datetime) -> str:
    """The date as `2026-11-21T18:40:01.123Z`. Texts of this form sort in the order of time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def parse_date(text: str) -> datetime:
    """The aware date in an ISO 8601 text; a text without a time zone is in UTC. Raises ValueError."""
    at = datetime.fromisoformat(text.strip())
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def parse_any_date(text: str) -> datetime:
    """The aware date in a text of one of ServiceStack's forms, which are ISO 8601, RFC 1123 and `/Date(ms)/`.

    A text without a time zone is in UTC. The milliseconds of `/Date(ms+0200)/` are in UTC too: the offset only says
    what the sender's clock showed. Raises ValueError or OverflowError.
    """
    text = text.strip()
    if milliseconds := _MILLISECONDS.fullmatch(text):
        return _EPOCH + timedelta(milliseconds=int(milliseconds[1]))
    if text.endswith("GMT"):
        return datetime.strptime(text, "%a, %d %b %Y %H:%M:%S GMT").replace(tzinfo=UTC)
    return parse_date(text)
