"""Rate and cron expressions of EventBridge Scheduler. We check them before we call AWS.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice, pairwise
from zoneinfo import ZoneInfo

from bokabridge.settings.cron import Cron, parse_cron

MIN_INTERVAL = timedelta(minutes=15)
"""Two starts of a schedule are at least this far apart. A sync of many people takes minutes."""

_RATE = re.compile(r"rate\(\s*([1-9][0-9]{0,5})\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
_CRON = re.compile(r"cron\(([^()]*)\)", re.IGNORECASE)

_COMPARED_DAYS = 400
"""Enough days of a schedule to find two that follow each other, if there are any within a year."""


def parse_expression(text: str) -> str | None:
    """The expression in its usual spelling, or None if it is neither a rate nor a cron expression."""
    rate = _RATE.fullmatch(text.strip())
    if rate:
        number, unit = int(rate[1]), rate[2].lower()
        return f"rate({number} {unit}{'' if number == 1 else 's'})"
    cron = _CRON.fullmatch(text.strip())
    if not cron:
        return None
    fields = cron[1].upper().split()
    return f"cron({' '.join(fields)})" if parse_cron(fields) else None


def objection(expression: str, now: datetime) -> str | None:
    """Why a company may not have this schedule, as the end of a sentence; None if it may. For parsed expressions."""
    rate = _rate_of(expression)
    if rate is not None:
        return None if rate >= MIN_INTERVAL else "must start syncs at least 15 minutes apart."
    cron = _cron_of(expression)
    if next(cron.days(now.date()), None) is None:
        return "never starts a sync, because its days and years do not occur any more."
    return None if _shortest_gap(cron, now) >= MIN_INTERVAL else "must start syncs at least 15 minutes apart."


def runs_after(expression: str, timezone: str, saved_at: datetime, after: datetime) -> Iterator[datetime]:
    """The times later than `after` at which a schedule starts a sync, in UTC and in order. None, some, or without end.

    `expression` comes from `parse_expression`, and `timezone` is a name of the IANA database. A rate counts from when
    the schedule was saved. EventBridge Scheduler skips a local time that does not exist in spring, and counts a
    repeated one in autumn once.
    """
    rate = _rate_of(expression)
    if rate is not None:
        return (saved_at + number * rate for number in count(max((after - saved_at) // rate + 1, 0)))
    zone = ZoneInfo(timezone)
    return (start for start in _starts(_cron_of(expression), zone, after.astimezone(zone)) if start > after)


def is_timezone(name: str) -> bool:
    """True for a name of the IANA time zone database."""
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):  # odd characters, an unknown name, the name of a folder
        return False
    return True


def _rate_of(expression: str) -> timedelta | None:
    rate = _RATE.fullmatch(expression)
    return timedelta(**{f"{rate[2].lower()}s": int(rate[1])}) if rate else None


def _cron_of(expression: str) -> Cron:
    cron = _CRON.fullmatch(expression)
    parsed = parse_cron(cron[1].split()) if cron else None
    if parsed is None:
        raise ValueError(f"Not an expression: {expression}")
    return parsed


def _starts(cron: Cron, zone: ZoneInfo, first: datetime) -> Iterator[datetime]:
    """The starts from the day of `first` on, in UTC."""
    for day in cron.days(first.date()):
        for time in cron.times:
            start = datetime.combine(day, time, zone).astimezone(UTC)
            if start.astimezone(zone).replace(tzinfo=None) == datetime.combine(day, time):
                yield start


def _shortest_gap(cron: Cron, now: datetime) -> timedelta:
    """The shortest time between two starts. Clock changes do not count."""
    one_day = timedelta(days=1)
    of_a_day = [timedelta(hours=time.hour, minutes=time.minute) for time in cron.times]
    gaps = [later - earlier for earlier, later in pairwise(of_a_day)]
    days = islice(cron.days(now.date()), _COMPARED_DAYS)
    if any(later - earlier == one_day for earlier, later in pairwise(days)):
        gaps.append(of_a_day[0] + one_day - of_a_day[-1])
    return min(gaps, default=one_day)
