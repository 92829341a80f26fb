"""`bokabridge usage month`."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from admin.month import month_of, sums
from bokabridge.errors import InvalidInput
from tests.command_line import CommandLine
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.integration.cli.test_usage import ARTICLE, stored_usage

NOW = f"{datetime.now(ZoneInfo('Europe/Stockholm')):%Y-%m}"
ANOTHER_MONTH = "2001-01"


@pytest.fixture
def usages(cli: CommandLine) -> None:
    """Two usages of one company that are sent, and one of another that is disputed."""
    for quantity in (3, 4):
        assert cli.run("usage", "send", ARTICLE, str(quantity)).code == 0
    stored_usage(OTHER_COMPANY_ID, disputed=True)


@pytest.mark.usefixtures("usages")
def test_superadmin_gets_the_sums_of_all_companies(cli: CommandLine) -> None:
    shown = cli.run("usage", "month", NOW, "--csv")
    assert shown.code == 0, shown.err
    assert list(csv.reader(io.StringIO(shown.out))) == [
        ["CompanyId", "ArticleNumber", "State", "Usages", "Quantity"],
        [COMPANY_ID, ARTICLE, "Sent", "2", "7"],
        [OTHER_COMPANY_ID, ARTICLE, "Disputed", "1", "2"],
    ]


@pytest.mark.usefixtures("usages")
def test_named_companies_only(cli: CommandLine) -> None:
    rows = cli.run("usage", "month", NOW, "--company", OTHER_COMPANY_ID, "--json").json
    assert [row["CompanyId"] for row in rows] == [OTHER_COMPANY_ID]


@pytest.mark.usefixtures("usages")
def test_other_callers_get_their_own_company(caller: Callable[[str], CommandLine]) -> None:
    rows = caller("otherCompany").run("usage", "month", NOW, "--json").json
    assert [(row["CompanyId"], row["Quantity"]) for row in rows] == [(OTHER_COMPANY_ID, 2)]


@pytest.mark.usefixtures("usages")
def test_month_without_usages_is_a_sentence(cli: CommandLine) -> None:
    assert cli.run("usage", "month", ANOTHER_MONTH).out == "There are no usages in this month.\n"


@pytest.mark.parametrize("month", ["", "2026", "2026-13", "2026-1", "26-01", "2026-11-01", "November"])
def test_other_texts_are_no_months(cli: CommandLine, month: str) -> None:
    refused = cli.run("usage", "month", month)
    assert (refused.code, refused.err) == (2, f"'{month}' is not a month like 2026-11.\n")


@pytest.mark.parametrize(
    ("month", "timezone", "begin", "end"),
    [
        ("2026-11", "Europe/Stockholm", datetime(2026, 10, 31, 23, tzinfo=UTC), datetime(2026, 11, 30, 23, tzinfo=UTC)),
        ("2026-03", "Europe/Stockholm", datetime(2026, 2, 28, 23, tzinfo=UTC), datetime(2026, 3, 31, 22, tzinfo=UTC)),
        ("2026-12", "UTC", datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_month_begins_at_midnight_in_its_time_zone(month: str, timezone: str, begin: datetime, end: datetime) -> None:
    assert month_of(month, timezone) == (begin, end)


def test_unknown_time_zone_is_a_sentence() -> None:
    with pytest.raises(InvalidInput, match="is not a time zone"):
        month_of("2026-11", "Mars")


def test_usage_that_is_listed_twice_counts_once() -> None:
    usage = {"Id": "1", "CompanyId": "c", "ArticleNumber": "a", "State": "Sent", "Quantity": 2}
    (row,) = sums([usage, usage, {**usage, "Id": "2"}])
    assert (row["Usages"], row["Quantity"]) == (2, 4)
