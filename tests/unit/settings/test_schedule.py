"""Rate and cron expressions, and time zones."""

from datetime import UTC, datetime

import pytest

from bokabridge.settings.schedule import is_timezone, objection, parse_expression

NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expression"),
    [
        ("rate(1 minute)", "rate(1 minute)"),
        (" RATE( 1 days ) ", "rate(1 day)"),
        ("rate(12 hour)", "rate(12 hours)"),
        ("cron(30 3 ? * MON-FRI *)", "cron(30 3 ? * MON-FRI *)"),
        ("cron(0/15  8-17 ? * mon,wed *)", "cron(0/15 8-17 ? * MON,WED *)"),
        ("cron(0 4 L * ? *)", "cron(0 4 L * ? *)"),
        ("cron(0 4 15W * ? *)", "cron(0 4 15W * ? *)"),
        ("cron(0 4 ? 1-6 2#1 2026-2030)", "cron(0 4 ? 1-6 2#1 2026-2030)"),
        ("cron(*/5 * * * ? *)", "cron(*/5 * * * ? *)"),
        ("cron(0 4 ? * mon#1 *)", "cron(0 4 ? * MON#1 *)"),
        ("cron(0 4 ? * FRIL *)", "cron(0 4 ? * FRIL *)"),
        ("cron(0 4 ? * 6L *)", "cron(0 4 ? * 6L *)"),
        ("cron(0 4 ? * FRI-MON *)", "cron(0 4 ? * FRI-MON *)"),
    ],
)
def test_expressions_are_parsed_to_their_usual_spelling(text: str, expression: str) -> None:
    assert parse_expression(text) == expression


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "1 day",
        "rate(0 days)",
        "rate(-1 days)",
        "rate(1.5 days)",
        "rate(1 week)",
        "at(2026-11-21T12:00:00)",
        "cron()",
        "cron(0 4 * * *)",
        "cron(0 4 * * * *)",
        "cron(0 4 ? * ? *)",
        "cron(60 4 * * ? *)",
        "cron(0 24 * * ? *)",
        "cron(0 4 32 * ? *)",
        "cron(0 4 * 13 ? *)",
        "cron(0 4 ? * 8 *)",
        "cron(0 4 ? * MÅN *)",
        "cron(0 4 * * ? 1969)",
        "cron(0/0 4 * * ? *)",
        "cron(0 4 * * ? *) cron(0 4 * * ? *)",
        "cron(, 4 * * ? *)",
        "cron(1- 4 * * ? *)",
        "cron(² 4 * * ? *)",
        "cron(0 4 ? * MON#6 *)",
        "cron(0 4 ? * MON#1,TUE#1 *)",
        "cron(0 4 ? * ABC#1 *)",
        "cron(0 4 0W * ? *)",
    ],
)
def test_other_texts_are_not_expressions(text: str) -> None:
    assert parse_expression(text) is None


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Europe/Stockholm", True),
        ("UTC", True),
        ("Europe/Atlantis", False),
        ("../../etc/passwd", False),
        ("/etc/passwd", False),
        ("Europe", False),
        ("", False),
        ("a\0b", False),
    ],
)
def test_time_zones_are_names_of_the_iana_database(name: str, known: bool) -> None:
    assert is_timezone(name) is known


@pytest.mark.parametrize(
    "expression",
    [
        "rate(15 minutes)",
        "rate(1 hour)",
        "cron(0 3 * * ? *)",
        "cron(0/15 * * * ? *)",
        "cron(0,45 * * * ? *)",
        "cron(55 23 L * ? *)",
        "cron(0,50 0,23 ? * MON *)",
        "cron(0 3 29 2 ? *)",
        "cron(0 3 30 4 ? 2027)",
        "cron(0 4 ? * MON#5 *)",
        "cron(30 9 ? 11 THU 2026)",
    ],
)
def test_schedule_that_starts_a_sync_every_15_minutes_or_less_often_is_accepted(expression: str) -> None:
    assert objection(expression, NOW) is None


@pytest.mark.parametrize(
    "expression",
    [
        "rate(1 minute)",
        "rate(14 minutes)",
        "cron(* * * * ? *)",
        "cron(0/14 3 * * ? *)",
        "cron(0,5 3 1 1 ? *)",
        "cron(0,50 0,23 * * ? *)",
        "cron(0,50 0,23 ? * MON,TUE *)",
        "cron(0,50 0,23 1,31 * ? *)",
        "cron(0,50 0,23 28,29 2 ? *)",
    ],
)
def test_schedule_that_starts_syncs_less_than_15_minutes_apart_is_refused(expression: str) -> None:
    assert objection(expression, NOW) == "must start syncs at least 15 minutes apart."


@pytest.mark.parametrize(
    "expression",
    [
        "cron(0 3 31 2 ? *)",
        "cron(0 3 30,31 FEB ? *)",
        "cron(0 3 31 4,6,9,11 ? *)",
        "cron(0 3 29 2 ? 2027)",
        "cron(0 3 29 2 ? 2100)",
        "cron(0 3 * * ? 2025)",
        "cron(0 3 1 1-10 ? 2026)",
        "cron(0 3 31W 2 ? *)",
        "cron(0 3 ? 2 MON#5 2026-2027)",
    ],
)
def test_schedule_that_never_starts_a_sync_is_refused(expression: str) -> None:
    found = objection(expression, NOW)
    assert found
    assert "never starts a sync" in found
