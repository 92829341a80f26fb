"""The Retry-After header: what we wait for, whatever a hostile system writes into it."""

from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from urllib3 import HTTPHeaderDict

from bokabridge.adapters.outbound.retry_after import MAX_SECONDS, retry_after_seconds

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def wait(*values: str, date: str | None = None) -> float | None:
    headers = HTTPHeaderDict([("Retry-After", value) for value in values])
    if date is not None:
        headers["Date"] = date
    return retry_after_seconds(headers, lambda: NOON)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("5", 5),
        (" 5\t", 5),
        ("005", 5),
        ("0" * 400 + "5", 5),
        ("899", 899),
        ("900", MAX_SECONDS),
        ("901", MAX_SECONDS),
        ("1000000000000", MAX_SECONDS),
        ("9" * 400, MAX_SECONDS),
        ("9" * 5000, MAX_SECONDS),
        ("Fri, 20 Nov 2026 12:00:30 GMT", 30),
        ("Friday, 20-Nov-26 12:00:30 GMT", 30),
        ("Fri Nov 20 12:00:30 2026", 30),
        ("Fri, 20 Nov 2026 14:00:30 +0200", 30),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 31 Dec 9999 23:59:59 GMT", MAX_SECONDS),
        ("5, 7", 7),
        ("5, soon", 5),
    ],
)
def test_seconds_and_dates_are_read_and_capped(value: str, seconds: float) -> None:
    assert wait(value) == seconds


@pytest.mark.parametrize(
    "value",
    [
        "",
        " ",
        "²",
        "٣",
        "5²",
        "-1",
        "+5",
        "1.5",
        "1e9",
        "0x10",
        "inf",
        "nan",
        "soon",
        ",",
        ":",
        "20 Nov 2026",
        ":" * 5000,
    ],
)
def test_a_value_that_cannot_be_read_asks_for_nothing(value: str) -> None:
    assert wait(value) is None


@pytest.mark.parametrize("day", ["20 Nov 2026 99:99:99 GMT", "20 Nov 99999 12:00:00 GMT", "1 Jan 1 0:0 +99999999999"])
def test_a_date_that_does_not_exist_asks_for_nothing(day: str) -> None:
    assert wait(f"Fri, {day}") is None


def test_the_longest_of_several_headers_counts() -> None:
    assert wait("1", "²", "20", "3") == 20
    assert wait("1", "Fri, 20 Nov 2026 12:01:00 GMT") == 60


def test_a_date_is_relative_to_the_clock_of_the_peer() -> None:
    later = "Fri, 20 Nov 2026 13:00:10 GMT"
    assert wait(later, date="Fri, 20 Nov 2026 13:00:00 GMT") == 10
    assert wait(later, date="not a date") == MAX_SECONDS


def test_a_response_without_the_header_asks_for_nothing() -> None:
    assert wait() is None


_LIKELY = st.text("0123456789²-+., :GMTFriNov/\t\r\n\x00é", max_size=60)


@given(st.lists(st.text() | _LIKELY, max_size=4), st.none() | st.text() | _LIKELY)
@example(["Mon, 01 Jan 0001 00:00:00 +2359"], None)
@example(["Fri, 31 Dec 9999 23:59:59 -2359"], "Mon, 01 Jan 0001 00:00:00 +2359")
def test_no_header_raises_or_asks_for_more_than_the_maximum(values: list[str], date: str | None) -> None:
    found = wait(*values, date=date)
    assert found is None or 0 <= found <= MAX_SECONDS
