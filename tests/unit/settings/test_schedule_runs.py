"""When a schedule runs."""

from datetime import UTC, datetime, timedelta
from itertools import islice

import pytest

from bokabridge.settings.schedule import parse_expression, runs_after

SAVED = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
STOCKHOLM = "Europe/Stockholm"


def runs(expression: str, timezone: str, now: datetime, number: int = 2) -> list[str]:
    """The next times, as texts in UTC."""
    normal = parse_expression(expression) or expression
    found = islice(runs_after(normal, timezone, SAVED, now), number)
    return [at.strftime("%Y-%m-%d %H:%M") for at in found]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}Z")


@pytest.mark.parametrize(
    ("expression", "now", "expected"),
    [
        ("rate(1 day)", SAVED, "2026-11-22 12:00"),
        ("rate(15 minutes)", SAVED + timedelta(minutes=14), "2026-11-21 12:15"),
        ("rate(15 minutes)", SAVED + timedelta(minutes=15), "2026-11-21 12:30"),
        ("rate(2 hours)", SAVED + timedelta(days=300), "2027-09-17 14:00"),
        ("rate(1 hour)", SAVED - timedelta(seconds=1), "2026-11-21 12:00"),
    ],
)
def test_rate_counts_from_the_last_save(expression: str, now: datetime, expected: str) -> None:
    assert runs(expression, STOCKHOLM, now, 1) == [expected]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("cron(30 3 * * ? *)", ["2026-11-22 02:30", "2026-11-23 02:30"]),
        ("cron(0/20 13,14 * * ? *)", ["2026-11-21 12:20", "2026-11-21 12:40"]),
        ("cron(0 3 ? * MON-FRI *)", ["2026-11-23 02:00", "2026-11-24 02:00"]),
        ("cron(0 3 ? * FRI-MON *)", ["2026-11-22 02:00", "2026-11-23 02:00"]),
        ("cron(0 3 ? * 1 *)", ["2026-11-22 02:00", "2026-11-29 02:00"]),
        ("cron(0 22-1 1 1 ? *)", ["2026-12-31 23:00", "2027-01-01 00:00"]),
        ("cron(0 3 L * ? *)", ["2026-11-30 02:00", "2026-12-31 02:00"]),
        ("cron(0 3 LW * ? *)", ["2026-11-30 02:00", "2026-12-31 02:00"]),
        ("cron(0 3 LW 1,2 ? *)", ["2027-01-29 02:00", "2027-02-26 02:00"]),
        ("cron(0 3 1W * ? 2027)", ["2027-01-01 02:00", "2027-02-01 02:00"]),
        ("cron(0 3 1W MAY ? *)", ["2027-05-03 01:00", "2028-05-01 01:00"]),
        ("cron(0 3 31W * ? *)", ["2026-12-31 02:00", "2027-01-29 02:00"]),
        ("cron(0 3 ? * 6L *)", ["2026-11-27 02:00", "2026-12-25 02:00"]),
        ("cron(0 3 ? * L *)", ["2026-11-28 02:00", "2026-12-05 02:00"]),
        ("cron(0 3 ? * 2#1 *)", ["2026-12-07 02:00", "2027-01-04 02:00"]),
        ("cron(0 3 ? * MON#1 *)", ["2026-12-07 02:00", "2027-01-04 02:00"]),
        ("cron(0 3 ? * 2#5 *)", ["2026-11-30 02:00", "2027-03-29 01:00"]),
        ("cron(0 3 29 2 ? *)", ["2028-02-29 02:00", "2032-02-29 02:00"]),
        ("cron(0 3 1 1 ? */2)", ["2028-01-01 02:00", "2030-01-01 02:00"]),
        ("cron(0 3 1 1 ? 2199)", ["2199-01-01 02:00"]),
        ("cron(0 3 31 2 ? *)", []),
        ("cron(0 3 1 1 ? 2020)", []),
        ("cron(0 3 30W 2 ? *)", []),
    ],
)
def test_cron_in_local_time(expression: str, expected: list[str]) -> None:
    assert runs(expression, STOCKHOLM, SAVED) == expected


def test_time_that_the_clock_skips_has_no_run_and_the_day_is_not_made_up_for() -> None:
    assert runs("cron(30 2 * * ? *)", STOCKHOLM, at("2027-03-27 00:00")) == ["2027-03-27 01:30", "2027-03-29 00:30"]


def test_time_that_the_clock_repeats_has_one_run() -> None:
    before = at("2027-10-30 12:00")
    assert runs("cron(30 2 * * ? *)", STOCKHOLM, before) == ["2027-10-31 00:30", "2027-11-01 01:30"]
    assert runs("cron(30 2 * * ? *)", STOCKHOLM, at("2027-10-31 01:10"), 1) == ["2027-11-01 01:30"]


@pytest.mark.parametrize(
    ("timezone", "expected"),
    [("UTC", "2026-11-22 03:00"), ("Asia/Kathmandu", "2026-11-21 21:15"), ("Pacific/Kiritimati", "2026-11-21 13:00")],
)
def test_each_time_zone_has_its_own_time(timezone: str, expected: str) -> None:
    assert runs("cron(0 3 * * ? *)", timezone, SAVED, 1) == [expected]


def test_run_is_after_now() -> None:
    assert runs("cron(0 3 * * ? *)", "UTC", at("2026-11-21 03:00"), 1) == ["2026-11-22 03:00"]
    assert runs("cron(0 3 * * ? *)", "UTC", at("2026-11-21 02:59:59"), 1) == ["2026-11-21 03:00"]
