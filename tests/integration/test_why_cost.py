"""The requests of one search for why, in a company of 20,000 people. They do not grow with its links."""

import secrets
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from bokabridge.adapters.dynamodb.batches import batch_put
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.keys import LOCK, key
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.adapters.dynamodb.rosters import DynamoRosters, page_item
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.clock import utc_now
from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.usersync.link import Link, user_key
from bokabridge.usersync.roster import ENTRY_BYTES, HASH_BYTES, RosterPage, hash_of_key
from bokabridge.usersync.why import MAX_ROSTER_PAGES, Explainer, Explanations
from tests.data import COMPANY_ID
from tests.dynamodb import CUSTOMERS_TABLE, USER_SYNC_TABLE, dynamodb_with_tables

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SYSTEM = "vaka:device"
ANNA = "77777777-7777-4777-8777-777777777777"


@pytest.fixture
def client() -> Iterator["DynamoDBClient"]:
    with dynamodb_with_tables() as found:
        yield found


def store(client: "DynamoDBClient", pages: int) -> None:
    """A company with a roster of so many pages of 100 people, of whom Anna is the last, and with 1,000 links."""
    table, anna = Table(client, USER_SYNC_TABLE), user_key(SYSTEM, "anna")
    entries = [secrets.token_bytes(100 * ENTRY_BYTES) for _ in range(pages - 1)]
    entries.append(hash_of_key(anna) + bytes(HASH_BYTES))
    batch_put(table, (page_item(COMPANY_ID, 0, at, RosterPage(found)) for at, found in enumerate(entries)))
    roster = {"Slot": 0, "Fence": 1, "AxemaSystem": SYSTEM, "Removals": 0, "Pages": pages, "MissingParts": 0}
    batch_put(table, [{**key(COMPANY_ID, LOCK), "Fence": 1, "Roster": roster}])
    others = [Link(user_key(SYSTEM, f"u{at}"), f"customer-{at}", "hash", "job", created=True) for at in range(1000)]
    person = Person("Anna", "Berg", "anna@example.com")
    link = Link(anna, ANNA, person.content_hash, "job", created=True)
    DynamoLinks(client, USER_SYNC_TABLE).save(COMPANY_ID, [*others, link])
    write = CustomerWrite(Change.Create, ANNA, "anna", person, anna)
    DynamoCustomers(client, CUSTOMERS_TABLE, utc_now).apply(COMPANY_ID, [write])


def search(client: "DynamoDBClient", text: str) -> tuple[Explanations, list[str]]:
    """What the search finds, and its requests."""
    calls: list[str] = []

    def note(model: Any, **_: Any) -> None:
        calls.append(model.name)

    explainer = Explainer(
        jobs=DynamoJobs(client, USER_SYNC_TABLE),
        rosters=DynamoRosters(client, USER_SYNC_TABLE),
        issues=DynamoIssues(client, USER_SYNC_TABLE),
        links=DynamoLinks(client, USER_SYNC_TABLE),
        customers=DynamoCustomers(client, CUSTOMERS_TABLE, utc_now),
        system=SYSTEM,
        after_days=0,
        day=0,
    )
    client.meta.events.register("before-call.dynamodb", note)
    try:
        return explainer.explain(COMPANY_ID, text), calls
    finally:
        client.meta.events.unregister("before-call.dynamodb", note)


def test_twenty_thousand_people_cost_one_request_more_than_a_hundred(client: "DynamoDBClient") -> None:
    store(client, 1)
    _, few = search(client, "anna@example.com")
    store(client, 200)
    found, many = search(client, "anna@example.com")
    assert [(each.source_user_id, each.is_listed) for each in found.people] == [("anna", True)]
    assert len(many) == len(few) + 1 <= 16, many


def test_roster_that_is_too_long_is_not_read(client: "DynamoDBClient") -> None:
    store(client, 1)
    roster = {"Slot": 0, "Fence": 1, "AxemaSystem": SYSTEM, "Removals": 0, "Pages": MAX_ROSTER_PAGES + 1}
    lock = {**key(COMPANY_ID, LOCK), "Fence": 1, "Roster": {**roster, "MissingParts": 0}}
    batch_put(Table(client, USER_SYNC_TABLE), [lock])
    found, _ = search(client, "anna@example.com")
    assert [(each.source_user_id, each.is_listed) for each in found.people] == [("anna", None)]
