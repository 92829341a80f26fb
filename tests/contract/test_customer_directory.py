"""What every CustomerDirectory does."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Change, Customer, CustomerWrite
from tests.dynamodb import CUSTOMERS_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

Directory = InMemoryCustomers | DynamoCustomers


class Now:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture(params=["in memory", "on DynamoDB"])
def customers(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient", now: Now) -> Directory:
    return InMemoryCustomers(now) if request.param == "in memory" else DynamoCustomers(dynamodb, CUSTOMERS_TABLE, now)


def write(change: Change, at: int, email: str | None = None, phone: str | None = None) -> CustomerWrite:
    return CustomerWrite(change, f"customer-{at:03}", f"user-{at}", "Åsa", f"Öberg{at}", email, phone)


def the_only(customers: Directory) -> Customer:
    page = customers.search(COMPANY, "", 0, 10)
    assert page.total == 1
    return page.results[0]


def test_a_created_customer_reads_back(customers: Directory) -> None:
    customers.apply(COMPANY, [write(Change.Create, 1, "asa@example.com", "+46701740605")])
    assert the_only(customers) == Customer(
        "customer-001", COMPANY, "Åsa", "Öberg1", NOON, NOON, "asa@example.com", "+46701740605", "user-1"
    )


def test_creating_twice_is_creating_once(customers: Directory) -> None:
    for _ in range(2):
        customers.apply(COMPANY, [write(Change.Create, 1)])
    assert the_only(customers).last_name == "Öberg1"


def test_an_update_keeps_the_day_of_creation_and_empties_what_axema_emptied(customers: Directory, now: Now) -> None:
    customers.apply(COMPANY, [write(Change.Create, 1, "asa@example.com", "+46701740605")])
    now.at += timedelta(days=1)
    customers.apply(COMPANY, [write(Change.Update, 1, None, "+46701740606")])
    customer = the_only(customers)
    assert (customer.created_at, customer.updated_at) == (NOON, NOON + timedelta(days=1))
    assert (customer.email, customer.phone) == (None, "+46701740606")


def test_updating_a_customer_that_is_gone_makes_it_again(customers: Directory) -> None:
    customers.apply(COMPANY, [write(Change.Update, 1)])
    assert the_only(customers).created_at == NOON


def test_many_changes_at_once_are_all_made(customers: Directory) -> None:
    customers.apply(COMPANY, [write(Change.Create, at) for at in range(130)])
    customers.apply(COMPANY, [write(Change.Update, at, "new@example.com") for at in range(0, 130, 2)])
    assert customers.search(COMPANY, "new@", 0, 0).total == 65
    assert customers.search(COMPANY, "", 0, 0).total == 130


def test_an_adoption_says_to_whom_the_customer_belongs(customers: Directory) -> None:
    email = "asa@example.com"
    customers.add(Customer("customer-001", COMPANY, "Asa", "Oberg", NOON, NOON, email))
    assert customers.owners_by_email(COMPANY, [email, "nobody@example.com"]) == {email: {"customer-001": None}}
    for _ in range(2):
        customers.apply(COMPANY, [write(Change.Adopt, 1, email)])
    assert customers.owners_by_email(COMPANY, [email]) == {email: {"customer-001": "user-1"}}
    assert (the_only(customers).first_name, the_only(customers).axema_user_id) == ("Åsa", "user-1")


def test_several_customers_may_bear_an_email_in_each_company(customers: Directory) -> None:
    email = "asa@example.com"
    for at, company in ((1, COMPANY), (2, COMPANY), (3, OTHER)):
        customers.add(Customer(f"customer-{at}", company, "Åsa", "Öberg", NOON, NOON, email))
    owners = customers.owners_by_email(COMPANY, [email])
    assert owners == {email: {"customer-1": None, "customer-2": None}}


def test_a_customer_that_a_sync_created_is_not_up_for_adoption(customers: Directory) -> None:
    customers.apply(COMPANY, [write(Change.Create, 1, "asa@example.com")])
    assert customers.owners_by_email(COMPANY, ["asa@example.com"]) == {}


@pytest.mark.parametrize("text", ["öberg7", "ÖBERG7", "Åsa Öberg7", "Öberg7, Åsa", "asa7@", "1740607"])
def test_a_search_looks_at_names_emails_and_phones_whatever_their_case(customers: Directory, text: str) -> None:
    customers.apply(COMPANY, [write(Change.Create, at, f"asa{at}@example.com", f"+4670174060{at}") for at in range(10)])
    assert [customer.id for customer in customers.search(COMPANY, text, 0, 10).results] == ["customer-007"]


def test_a_search_shows_a_window_and_counts_all(customers: Directory) -> None:
    customers.apply(COMPANY, [write(Change.Create, at) for at in range(10)])
    customers.apply(OTHER, [write(Change.Create, 99)])
    page = customers.search(COMPANY, "", 8, 5)
    assert (page.offset, page.total) == (8, 10)
    assert [customer.id for customer in page.results] == ["customer-008", "customer-009"]
