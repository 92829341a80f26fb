"""The times of rate and cron expressions of EventBridge Scheduler.

Its cron dialect is Quartz's: SUN is 1, `L`, `W` and `#` choose days, and one of the two fields of days is `?`. A time
that the clock skips in spring has no run, and a time that it repeats in autumn has one.
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import calendar
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")

_FIRST_YEAR, _LAST_YEAR = 1970, 2199
_SATURDAY = 7
_CHOSEN_WEEKDAY = re.compile(r"(\w+?)(?:(L)|#([1-5]))")


def runs_after(expression: str, timezone: str, saved_at: datetime, now: datetime) -> Iterator[datetime]:
    """The times after `now` at which a schedule runs, in UTC and in their order. There may be none, or no end of them.

    `expression` comes from `schedule.parse_expression`, and `timezone` is a name of the IANA database. A rate counts
    from when the schedule was saved.
    """
    kind, _, content = expression.removesuffix(")").partition("(")
    if kind == "rate":
        number, unit = content.split()
        return _rate(timedelta(**{f"{unit.removesuffix('s')}s": int(number)}), saved_at, now)
    return _cron(content.split(), ZoneInfo(timezone), now)


def _rate(every: timedelta, saved_at: datetime, now: datetime) -> Iterator[datetime]:
    number = max((now - saved_at) // every + 1, 0)
    while True:
        yield saved_at + number * every
        number += 1


def _cron(fields: list[str], zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
    for day in _days(fields[2:], now.astimezone(zone).date()):
        for hour in hours:
            for minute in minutes:
                local = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
                at = local.astimezone(now.tzinfo)
                is_skipped = at.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None)
                if at > now and not is_skipped:
                    yield at


def _days(fields: list[str], first: date) -> Iterator[date]:
    """The days from the first one on. The fields are those of the day, the month, the day of the week and the year."""
    day_of_month, month_field, day_of_week, year_field = fields
    months = _numbers(month_field, 1, 12, MONTHS)
    years = [year for year in _numbers(year_field, _FIRST_YEAR, _LAST_YEAR) if year >= first.year]
    for year in years:
        for month in months:
            end = calendar.monthrange(year, month)[1]
            numbers = _of_week(day_of_week, year, month, end) or _of_month(day_of_month, year, month, end)
            for number in numbers:
                day = date(year, month, number)
                if day >= first:
                    yield day


def _of_month(text: str, year: int, month: int, end: int) -> list[int]:
    if text == "?":
        return []
    if text == "L":
        return [end]
    if not text.endswith("W"):
        return [day for day in _numbers(text, 1, 31) if day <= end]
    wanted = end if text == "LW" else int(text.removesuffix("W"))
    working_days = [day for day in range(1, end + 1) if calendar.weekday(year, month, day) < calendar.SATURDAY]
    return [min(working_days, key=lambda day: abs(day - wanted))] if wanted <= end else []


def _of_week(text: str, year: int, month: int, end: int) -> list[int]:
    """The days of the month that a field of days of the week chooses."""
    if text == "?":
        return []
    chosen = _CHOSEN_WEEKDAY.fullmatch(text)
    weekdays = [_SATURDAY] if text == "L" else _numbers(chosen[1] if chosen else text, 1, 7, WEEKDAYS)
    days = [day for day in range(1, end + 1) if calendar.weekday(year, month, day) in [(n - 2) % 7 for n in weekdays]]
    if not chosen:
        return days
    return days[-1:] if chosen[2] else days[int(chosen[3]) - 1 : int(chosen[3])]


def _numbers(text: str, lowest: int, highest: int, names: tuple[str, ...] = ()) -> list[int]:
    """The numbers that a field stands for. A range that ends before it begins goes on from the lowest number."""
    found: set[int] = set()
    for part in text.split(","):
        span, slash, step = part.partition("/")
        begin, dash, end = span.partition("-")
        first = lowest if begin == "*" else _number(begin, names)
        last = _number(end, names) if dash else highest if slash or begin == "*" else first
        numbers = [*range(first, last + 1)] if first <= last else [*range(first, highest + 1), *range(lowest, last + 1)]
        found.update(numbers[:: int(step or 1)])
    return sorted(number for number in found if lowest <= number <= highest)


def _number(text: str, names: tuple[str, ...]) -> int:
    return names.index(text) + 1 if text in names else int(text)
