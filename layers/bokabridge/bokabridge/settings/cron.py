"""Cron expressions of EventBridge Scheduler: six fields, of which one day field is `?`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time

type DaysOfMonth = Callable[[int, int], list[int]]
"""Year and month → the days of that month on which the schedule starts syncs, in order."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
WEEKDAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_WEEKDAY = f"[1-7]|{'|'.join(WEEKDAYS)}"
_NEAREST_WORKDAY = re.compile(r"([1-9]|[12][0-9]|3[01])W")
_NTH_WEEKDAY = re.compile(rf"({_WEEKDAY})#([1-5])")
_LAST_WEEKDAY = re.compile(rf"({_WEEKDAY})L")


@dataclass(frozen=True, slots=True)
class Cron:
    """The times of a day and the days on which a schedule starts syncs, in local time."""

    times: Sequence[time]
    days_of: DaysOfMonth
    months: frozenset[int]
    years: Sequence[int]

    def days(self, first: date) -> Iterator[date]:
        """The days from `first` on, in order. They end with the years of the expression."""
        for year in self.years:
            for month in sorted(self.months):
                if (year, month) >= (first.year, first.month):
                    days = (date(year, month, day) for day in self.days_of(year, month))
                    yield from (day for day in days if day >= first)


def parse_cron(fields: Sequence[str]) -> Cron | None:
    """The expression in these fields, which are in upper case. None if they are not valid."""
    if len(fields) != 6:
        return None
    minutes, hours = _numbers(fields[0], 0, 59), _numbers(fields[1], 0, 23)
    months, years = _numbers(fields[3], 1, 12, _MONTHS), _numbers(fields[5], 1970, 2199)
    days_of = _days_of(fields[2], fields[4])
    if not (minutes and hours and months and years and days_of):
        return None
    times = [time(hour, minute) for hour in sorted(hours) for minute in sorted(minutes)]
    return Cron(times, days_of, months, sorted(years))


def _days_of(day: str, weekday: str) -> DaysOfMonth | None:
    if (day == "?") == (weekday == "?"):
        return None
    return _by_day(day) if weekday == "?" else _by_weekday(weekday)


def _by_day(text: str) -> DaysOfMonth | None:
    if text == "L":
        return lambda year, month: [_length(year, month)]
    if text == "LW":
        return lambda year, month: [_workday_near(year, month, _length(year, month))]
    if near := _NEAREST_WORKDAY.fullmatch(text):
        wanted = int(near[1])
        return lambda year, month: [_workday_near(year, month, wanted)] if wanted <= _length(year, month) else []
    numbers = _numbers(text, 1, 31)
    if not numbers:
        return None
    return lambda year, month: [day for day in sorted(numbers) if day <= _length(year, month)]


def _by_weekday(text: str) -> DaysOfMonth | None:
    if text == "L":
        text = "SAT"
    if nth := _NTH_WEEKDAY.fullmatch(text):
        weekday, index = _value(nth[1], WEEKDAYS), int(nth[2]) - 1
        return lambda year, month: _on(year, month, {weekday})[index : index + 1]
    if last := _LAST_WEEKDAY.fullmatch(text):
        weekday = _value(last[1], WEEKDAYS)
        return lambda year, month: _on(year, month, {weekday})[-1:]
    numbers = _numbers(text, 1, 7, WEEKDAYS)
    return (lambda year, month: _on(year, month, numbers)) if numbers else None


def _length(year: int, month: int) -> int:
    return monthrange(year, month)[1]


def _on(year: int, month: int, weekdays: frozenset[int] | set[int | None]) -> list[int]:
    """The days of the month that fall on these weekdays, where 1 is Sunday."""
    first = date(year, month, 1).isoweekday()
    return [day for day in range(1, _length(year, month) + 1) if (first + day - 1) % 7 + 1 in weekdays]


def _workday_near(year: int, month: int, day: int) -> int:
    """The day from Monday to Friday nearest to this one, in the same month."""
    match date(year, month, day).isoweekday():
        case 6:
            return day - 1 if day > 1 else day + 2
        case 7:
            return day + 1 if day < _length(year, month) else day - 2
        case _:
            return day


def _numbers(text: str, lowest: int, highest: int, names: Sequence[str] = ()) -> frozenset[int]:
    """The numbers in a field. Empty if the field is not valid."""
    parts = [_of_part(part, lowest, highest, names) for part in text.split(",")]
    return frozenset().union(*parts) if all(parts) else frozenset()


def _of_part(text: str, lowest: int, highest: int, names: Sequence[str]) -> Sequence[int]:
    """The numbers of `*`, a value or a range, each with or without a step. A range may pass the end, like FRI-MON."""
    span, slash, step = text.partition("/")
    width = _value(step, ()) if slash else 1
    if not width or width > highest:
        return ()
    if span == "*":
        return range(lowest, highest + 1, width)
    first, dash, last = span.partition("-")
    start, end = _value(first, names), _value(last, names) if dash else None
    if start is None or not lowest <= start <= highest or (dash and (end is None or not lowest <= end <= highest)):
        return ()
    if end is None:
        return range(start, highest + 1, width) if slash else (start,)
    numbers = [*range(start, end + 1)] if start <= end else [*range(start, highest + 1), *range(lowest, end + 1)]
    return numbers[::width]


def _value(text: str, names: Sequence[str]) -> int | None:
    if text in names:
        return names.index(text) + 1
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else None
