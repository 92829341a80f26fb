"""Rate and cron expressions, and time zones."""

import pytest

from bokabridge.settings.schedule import is_timezone, parse_expression


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
