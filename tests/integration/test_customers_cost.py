"""The read units of a list and a search of customers, which do not grow with the company.

`COST_FULL=1` compares 1,000 with 20,000 people instead of 4,000. DynamoDB in this process takes minutes for them.
"""

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.clock import utc_now
from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.customers.search import MAX_MATCHES
from bokabridge.ids import customer_id
from bokabridge.paging import Window
from bokabridge.usersync.directory import find_customers, tend_customers
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import CUSTOMERS_TABLE, USER_SYNC_TABLE, dynamodb_with_tables

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SMALL, LARGE = 1_000, 20_000 if os.environ.get("COST_FULL") else 4_000
COMPANIES = {SMALL: COMPANY_ID, LARGE: OTHER_COMPANY_ID}
PAGE = Window(0, 100)


def size(item: dict[str, Any]) -> int:
    """The item's bytes, as DynamoDB counts texts."""
    return sum(len(name.encode()) + len(str(*value.values()).encode()) for name, value in item.items())


@dataclass
class Units:
    """The read units of a client's calls, as if all were consistent: 4 KB each, for a query in total."""

    read: int = 0
    calls: list[str] = field(default_factory=list)

    def count(self, parsed: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append(model.name)
        match model.name:
            case "Query":
                self.read += max(1, math.ceil(sum(map(size, parsed.get("Items", []))) / 4096))
            case "GetItem":
                self.read += math.ceil(size(parsed.get("Item", {"": {"S": "x"}})) / 4096)
            case "BatchGetItem":
                self.read += sum(math.ceil(size(item) / 4096) for item in parsed["Responses"][CUSTOMERS_TABLE])


@dataclass
class Listed:
    """Lists the customers of two companies, and counts what it costs."""

    client: "DynamoDBClient"
    units: Units

    def cost(self, number: int, text: str, window: Window = PAGE, after: str | None = None) -> tuple[int, int, int]:
        """Read units, Total, and the number of customers on the page, for the company with this number of them."""
        self.units.read = 0
        self.units.calls.clear()
        page = find_customers(
            *(COMPANIES[number], text, window, after),
            customers=DynamoCustomers(self.client, CUSTOMERS_TABLE, utc_now),
            jobs=DynamoJobs(self.client, USER_SYNC_TABLE),
            links=DynamoLinks(self.client, USER_SYNC_TABLE),
        )
        return self.units.read, page.total, len(page.results)


def create(client: "DynamoDBClient", number: int) -> None:
    """A company of so many people. One of a thousand has the surname Ekfors; all are called Anna."""
    company_id = COMPANIES[number]
    directory = DynamoCustomers(client, CUSTOMERS_TABLE, utc_now)
    people = [
        Person("Anna", "Ekfors" if at == SMALL // 2 else f"Berg{at:05}", f"a{at:05}@example.com", f"+4670{at:07}")
        for at in range(number)
    ]
    writes = [
        CustomerWrite(Change.Create, customer_id(company_id, str(at)), str(at), person)
        for at, person in enumerate(people)
    ]
    directory.apply(company_id, writes)
    jobs = DynamoJobs(client, USER_SYNC_TABLE)
    tend_customers(company_id, None, is_disturbed=False, jobs=jobs, customers=directory, clock=utc_now)


@pytest.fixture(scope="module")
def listed() -> Iterator[Listed]:
    with dynamodb_with_tables() as client:
        for number in COMPANIES:
            create(client, number)
        units = Units()
        events: Any = client.meta.events
        events.register("after-call.dynamodb.*", units.count)
        yield Listed(client, units)


def test_page_costs_one_query_and_the_stored_count(listed: Listed) -> None:
    costs = {number: listed.cost(number, "") for number in COMPANIES}
    assert listed.units.calls == ["Query", "GetItem"]
    assert costs == {number: (costs[SMALL][0], number, 100) for number in COMPANIES}
    assert costs[SMALL][0] < 15


def test_deep_page_costs_the_same_with_a_cursor(listed: Listed) -> None:
    first = {number: listed.cost(number, "") for number in COMPANIES}
    deep = {number: listed.cost(number, "", PAGE, "c0000000-0000-4000-8000-000000000000") for number in COMPANIES}
    assert deep == first


def test_skip_costs_what_it_skips_in_any_company(listed: Listed) -> None:
    costs = {number: listed.cost(number, "", Window(500, 100)) for number in COMPANIES}
    assert costs == {number: (costs[SMALL][0], number, 100) for number in COMPANIES}


@pytest.mark.parametrize("text", ["ekfors anna", "a00007@", "070-000 00 07"])
def test_search_for_one_person_costs_the_same_in_any_company(listed: Listed, text: str) -> None:
    costs = {number: listed.cost(number, text) for number in COMPANIES}
    assert costs == dict.fromkeys(COMPANIES, (costs[SMALL][0], 1, 1))
    assert costs[SMALL][0] < 35


def test_search_that_finds_everybody_has_a_bound(listed: Listed) -> None:
    costs = {number: listed.cost(number, "a", Window(900, 100)) for number in COMPANIES}
    assert costs == dict.fromkeys(COMPANIES, (costs[SMALL][0], MAX_MATCHES, 100))
