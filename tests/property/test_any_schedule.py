"""Any schedule's next runs are those of a slow calendar, which asks each minute whether it is one."""

import calendar
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bokabridge.settings.cron import WEEKDAYS
from bokabridge.settings.schedule import parse_expression, runs_after

DAYS = 70
"""The slow calendar looks this far ahead."""

ZONES = ("Europe/Stockholm", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")


def fields(lowest: int, highest: int) -> st.SearchStrategy[str]:
    number = st.integers(lowest, highest)
    step = st.integers(1, highest)
    ranges = st.tuples(number, number).map(lambda ends: f"{min(ends)}-{max(ends)}")
    part = st.one_of(
        st.just("*"),
        number.map(str),
        ranges,
        st.tuples(number, step).map(lambda both: f"{both[0]}/{both[1]}"),
        st.tuples(ranges, step).map(lambda both: f"{both[0]}/{both[1]}"),
        step.map(lambda each: f"*/{each}"),
    )
    return st.lists(part, min_size=1, max_size=2).map(",".join)


weekday = st.integers(1, 7)
days_of_month = st.one_of(fields(1, 31), st.sampled_from(["L", "LW"]), st.integers(1, 31).map(lambda day: f"{day}W"))
days_of_week = st.one_of(
    fields(1, 7),
    st.just("L"),
    weekday.map(lambda day: f"{day}L"),
    st.tuples(weekday, st.integers(1, 5)).map(lambda both: f"{both[0]}#{both[1]}"),
    st.sampled_from(WEEKDAYS),
)
days = st.one_of(days_of_month.map(lambda day: (day, "?")), days_of_week.map(lambda day: ("?", day)))
expressions = st.builds(
    lambda minute, hour, day, month: f"cron({minute} {hour} {day[0]} {month} {day[1]} *)",
    *(fields(0, 59), fields(0, 23), days, fields(1, 12)),
)
moments = st.integers(0, 6 * 365 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def has(text: str, number: int, lowest: int, highest: int) -> bool:
    """True if the field stands for this number."""
    for part in text.split(","):
        span, _, step = part.partition("/")
        begin, _, end = span.partition("-")
        first = lowest if begin == "*" else int(begin)
        last = int(end) if end else highest if step or begin == "*" else first
        if first <= number <= last and (number - first) % int(step or 1) == 0:
            return True
    return False


def is_working_day(day: date) -> bool:
    return day.weekday() < 5


def is_nearest(day: date, wanted: int) -> bool:
    """True if no other working day of the month is nearer to the wanted day, and the month has that day."""
    end = calendar.monthrange(day.year, day.month)[1]
    distance = abs(day.day - wanted)
    nearer = [other for other in range(1, end + 1) if abs(other - wanted) < distance]
    return wanted <= end and is_working_day(day) and not any(is_working_day(day.replace(day=each)) for each in nearer)


def is_day(day_of_month: str, day_of_week: str, day: date) -> bool:
    end = calendar.monthrange(day.year, day.month)[1]
    number = day.isoweekday() % 7 + 1
    match day_of_month, day_of_week:
        case "L", "?":
            return day.day == end
        case "LW", "?":
            return is_nearest(day, end)
        case text, "?" if text.endswith("W"):
            return is_nearest(day, int(text[:-1]))
        case text, "?":
            return has(text, day.day, 1, 31)
        case _, "L":
            return number == 7
        case _, text if text in WEEKDAYS:
            return WEEKDAYS[number - 1] == text
        case _, text if text.endswith("L"):
            return number == int(text[0]) and day.day + 7 > end
        case _, text if "#" in text:
            return number == int(text[0]) and (day.day - 1) // 7 + 1 == int(text[-1])
    return has(day_of_week, number, 1, 7)


def slowly(expression: str, zone: ZoneInfo, now: datetime) -> Iterator[datetime]:
    """The runs within DAYS."""
    minute, hour, day_of_month, month, day_of_week, _ = expression.removeprefix("cron(").removesuffix(")").split()
    first = now.astimezone(zone).date()
    for ahead in range(DAYS):
        day = first + timedelta(days=ahead)
        if not (has(month, day.month, 1, 12) and is_day(day_of_month, day_of_week, day)):
            continue
        for at in range(24 * 60):
            if has(hour, at // 60, 0, 23) and has(minute, at % 60, 0, 59):
                local = datetime(day.year, day.month, day.day, at // 60, at % 60, tzinfo=zone)
                utc = local.astimezone(UTC)
                exists = utc.astimezone(zone).strftime("%H:%M") == local.strftime("%H:%M")
                if exists and utc > now:
                    yield utc


@given(expressions, st.sampled_from(ZONES), moments)
def test_next_runs_are_those_of_a_slow_calendar(expression: str, zone: str, now: datetime) -> None:
    assert parse_expression(expression) == expression
    end = now + timedelta(days=DAYS - 2)
    found = islice(runs_after(expression, zone, now, now), 5)
    slow = islice(slowly(expression, ZoneInfo(zone), now), 5)
    assert [at for at in found if at < end] == [at for at in slow if at < end]


@given(st.integers(1, 999_999), st.sampled_from(["minutes", "hours", "days"]), moments, st.timedeltas())
def test_rate_runs_at_multiples_of_its_interval_after_the_save(
    number: int, unit: str, saved_at: datetime, later: timedelta
) -> None:
    now = saved_at + later % timedelta(days=1000)
    every = timedelta(**{unit: number})
    first, second = islice(runs_after(f"rate({number} {unit})", "UTC", saved_at, now), 2)
    assert now < first <= now + every
    assert (first - saved_at) % every == timedelta(0)
    assert second - first == every
