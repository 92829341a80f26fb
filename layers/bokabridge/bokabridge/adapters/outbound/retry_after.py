"""The Retry-After header (RFC 9110, 10.2.3), whatever another system wrote into it."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from urllib3 import HTTPHeaderDict

from bokabridge.clock import Clock, utc_now

MAX_SECONDS = 900.0
"""The longest wait that we honour. Limits of requests are counted per second, minute or quarter of an hour. A larger
value counts as this one, so that no response stops us for a day."""

_MAX_CHARACTERS = 100
"""A longer date is not a date. Digits may be longer: leading zeros mean nothing, and the rest is above the maximum."""


def retry_after_seconds(headers: HTTPHeaderDict, clock: Clock = utc_now) -> float | None:
    """The wait that the response asks for, or None if it asks for none that can be read. Never raises.

    A date is relative to the response's own Date, because the peer's clock may differ from ours. If there are several
    values, the longest wait counts, so that we never call earlier than asked.
    """
    now = _date(headers.get("Date", "")) or clock()
    waits = [_seconds(value.strip(" \t"), now) for value in headers.getlist("Retry-After")]
    return max((wait for wait in waits if wait is not None), default=None)


def _seconds(value: str, now: datetime) -> float | None:
    date = _date(value)
    if date is not None:
        return min(max((date - now).total_seconds(), 0.0), MAX_SECONDS)
    waits = [_delay(part.strip(" \t")) for part in value.split(",")]  # a proxy may have joined several headers
    return max((wait for wait in waits if wait is not None), default=None)


def _delay(value: str) -> float | None:
    """Digits of ASCII only. `str.isdigit` alone also accepts `²`, which no number can be read from."""
    if not (value.isascii() and value.isdigit()):
        return None
    digits = value.lstrip("0") or "0"
    return min(float(digits), MAX_SECONDS) if len(digits) <= 9 else MAX_SECONDS


def _date(value: str) -> datetime | None:
    """An HTTP-date, also in its obsolete forms."""
    if not value.isascii() or ":" not in value or len(value) > _MAX_CHARACTERS:
        return None
    try:
        date = parsedate_to_datetime(value)
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
