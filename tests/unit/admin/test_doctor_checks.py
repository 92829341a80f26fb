"""The checks of `bokabridge doctor` on facts that are given, and the facts that they share with other files."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from admin.checks.configuration import MUST_BE_SET, unset_parameters
from admin.checks.operation import clock_skew, old_libraries
from admin.doctor import oldest_libraries
from bokabridge.wiring.operator import clock_ahead
from tests.template import resources, template

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("name", ["AlarmTopicArn", "VossBaseUrl"])
def test_template_s_default_counts_as_not_set(name: str) -> None:
    assert [found.subject for found in unset_parameters({name: template()["Parameters"][name]["Default"]})] == [name]


@pytest.mark.parametrize(
    ("value", "is_set"),
    [("", False), (" ", False), ("https://a.invalid", False), ("https://a.invalid:443/v1", False), ("invalid", True)],
)
def test_parameter_with_a_placeholder_is_not_set(value: str, is_set: bool) -> None:
    assert (unset_parameters({"VossBaseUrl": value}) == []) == is_set


def test_parameters_that_must_be_set_are_in_the_template() -> None:
    assert set(template()["Parameters"]) >= set(MUST_BE_SET)


def test_function_that_reports_libraries_is_in_the_template() -> None:
    assert "CustomersRemovedFunction" in resources()


def test_oldest_libraries_are_those_of_the_tests() -> None:
    assert set(oldest_libraries()) == {"boto3", "botocore"}
    oldest = {"boto3": "1.36.3"}
    assert old_libraries({"boto3": "1.36.10"}, oldest) == []
    assert len(old_libraries({"boto3": "1.36.2"}, oldest)) == 1


@pytest.mark.parametrize(
    ("seconds_between", "header_is_at", "ahead"),
    [(0, 0, 0), (0, -1, 0), (5, 3, 0), (0, -61, 60), (2, 62, -60)],
)
def test_clocks_differ_by_no_less_than_the_header_allows(seconds_between: int, header_is_at: int, ahead: int) -> None:
    date = format_datetime(NOON + timedelta(seconds=header_is_at), usegmt=True)
    assert clock_ahead(NOON, NOON + timedelta(seconds=seconds_between), date) == timedelta(seconds=ahead)


@pytest.mark.parametrize(("seconds", "findings"), [(30, 0), (-30, 0), (31, 1), (-31, 1)])
def test_a_clock_may_be_half_a_minute_off(seconds: int, findings: int) -> None:
    assert len(clock_skew({"AWS": timedelta(seconds=seconds)})) == findings
