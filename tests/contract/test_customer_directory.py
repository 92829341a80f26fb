"""The behaviour of every CustomerDirectory."""

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from bokabridge.adapters.dynamodb.customer_items import to_item
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.items import encode
from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Change, Customer, CustomerWrite
from bokabridge.customers.person import FIELD_NAMES, Person
from bokabridge.customers.ports import Adoptable
from bokabridge.customers.search import read_search
from bokabridge.errors import RetriableError
from bokabridge.paging import Window
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.directories import NOON, Directory, Now, write
from tests.dynamodb import CUSTOMERS_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


def unlinked(customer_id: str, email: str, company: str = COMPANY_ID) -> Customer:
    return Customer(customer_id, company, Person("Asa", "Oberg", email), NOON, NOON)


ONE = Window(0, 1)


def the_only(customers: Directory) -> Customer:
    (customer,) = customers.list(COMPANY_ID, Window(0, 10))
    return customer


def test_created_customer_reads_back(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, 1, "asa@example.com", "+46701740605")])
    person = Person("Åsa", "Öberg1", "asa@example.com", "+46701740605")
    assert the_only(customers) == Customer("customer-001", COMPANY_ID, person, NOON, NOON, "user-1")


@pytest.mark.parametrize("change", [Change.Create, Change.Update])
def test_every_field_of_a_person_reads_back(customers: Directory, change: Change) -> None:
    values: dict[str, Any] = {name: f"the {name}" for name in FIELD_NAMES}
    everything = Person(**values)
    customers.apply(COMPANY_ID, [CustomerWrite(change, "customer-001", "user-1", everything)])
    assert the_only(customers).person == everything


def test_creating_a_customer_twice_creates_one(customers: Directory) -> None:
    for _ in range(2):
        customers.apply(COMPANY_ID, [write(Change.Create, 1)])
    assert the_only(customers).person.last_name == "Öberg1"


GIVEN: dict[str, Any] = {"email": "asa@example.com", "phone": "+46701740605"}


def partial(change: Change, field: str, value: str | None, *, absent: bool) -> CustomerWrite:
    """A write with both optional fields, of which one has this value or is absent."""
    values = {**GIVEN, field: value}
    person = Person("Åsa", "Öberg", values["email"], values["phone"], frozenset({field} if absent else ()))
    return CustomerWrite(change, "customer-001", "user-1", person)


@pytest.mark.parametrize("field", ["email", "phone"])
@pytest.mark.parametrize(
    ("value", "absent", "kept"),
    [(None, True, "typed by hand"), (None, False, None), ("given", False, "given")],
    ids=["absent", "empty", "given"],
)
def test_update_leaves_an_absent_field_alone_clears_an_empty_one_and_writes_a_given_one(
    customers: Directory, field: str, value: str | None, absent: bool, kept: str | None
) -> None:
    customers.apply(COMPANY_ID, [partial(Change.Create, field, "typed by hand", absent=False)])
    customers.apply(COMPANY_ID, [partial(Change.Update, field, value, absent=absent)])
    assert the_only(customers).person == Person("Åsa", "Öberg", **{**GIVEN, field: kept})


@pytest.mark.parametrize(
    ("value", "absent", "kept"),
    [(None, True, "+46701740609"), (None, False, None), ("+46701740605", False, "+46701740605")],
    ids=["absent", "empty", "given"],
)
def test_adoption_leaves_an_absent_phone_alone_clears_an_empty_one_and_writes_a_given_one(
    customers: Directory, value: str | None, absent: bool, kept: str | None
) -> None:
    before = Person("Asa", "Oberg", "asa@example.com", "+46701740609")
    customers.add_unlinked(Customer("customer-001", COMPANY_ID, before, NOON, NOON))
    customers.apply(COMPANY_ID, [partial(Change.Adopt, "phone", value, absent=absent)])
    assert the_only(customers).person == Person("Åsa", "Öberg", "asa@example.com", kept)


@pytest.mark.parametrize("change", [Change.Create, Change.Update])
@pytest.mark.parametrize("absent", [True, False], ids=["absent", "empty"])
def test_new_customer_has_no_value_in_an_absent_or_empty_field(
    customers: Directory, change: Change, absent: bool
) -> None:
    customers.apply(COMPANY_ID, [partial(change, "phone", None, absent=absent)])
    assert the_only(customers).person == Person("Åsa", "Öberg", "asa@example.com", None)


def test_update_keeps_the_creation_date_and_clears_empty_fields(customers: Directory, now: Now) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, 1, "asa@example.com", "+46701740605")])
    now.at += timedelta(days=1)
    customers.apply(COMPANY_ID, [write(Change.Update, 1, None, "+46701740606")])
    customer = the_only(customers)
    assert (customer.created_at, customer.updated_at) == (NOON, NOON + timedelta(days=1))
    assert (customer.person.email, customer.person.phone) == (None, "+46701740606")


def test_update_of_a_deleted_customer_creates_it_again(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Update, 1)])
    assert the_only(customers).created_at == NOON


def test_many_writes_at_once_are_all_applied(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, at) for at in range(130)])
    customers.apply(COMPANY_ID, [write(Change.Update, at, "new@example.com") for at in range(0, 130, 2)])
    assert customers.search(COMPANY_ID, read_search("new@"), Window(0, 0)).total == 65
    assert customers.count(COMPANY_ID) == 130


EMAIL = "asa@example.com"
KEY = "vaka:device#user-1"


def adopt(customer_id: int, key: str, email: str = EMAIL) -> CustomerWrite:
    return replace(write(Change.Adopt, customer_id, email), user_key=key)


def test_adoption_links_the_customer_to_the_source_user(customers: Directory) -> None:
    customers.add_unlinked(unlinked("customer-001", EMAIL))
    found = customers.adoptable(COMPANY_ID, [EMAIL, "unknown@example.com"], [KEY])
    assert ({email: [each.id for each in those] for email, those in found.by_email.items()}, found.by_owner) == (
        {EMAIL: ["customer-001"]},
        {},
    )
    for _ in range(2):
        customers.apply(COMPANY_ID, [adopt(1, KEY)])
    assert customers.adoptable(COMPANY_ID, [EMAIL], [KEY]) == Adoptable({}, {KEY: "customer-001"})
    assert customers.adoptable(COMPANY_ID, ["new@example.com"], [KEY]).by_owner == {KEY: "customer-001"}
    assert (the_only(customers).person.first_name, the_only(customers).source_user_id) == ("Åsa", "user-1")


def test_several_customers_of_a_company_may_share_an_email(customers: Directory) -> None:
    for at, company in ((1, COMPANY_ID), (2, COMPANY_ID), (3, OTHER_COMPANY_ID)):
        customers.add_unlinked(unlinked(f"customer-{at}", EMAIL, company))
    found = customers.adoptable(COMPANY_ID, [EMAIL], [])
    assert sorted(each.id for each in found.by_email[EMAIL]) == ["customer-1", "customer-2"]


def test_customer_that_a_sync_created_cannot_be_adopted(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, 1, EMAIL)])
    assert customers.adoptable(COMPANY_ID, [EMAIL], [KEY]) == Adoptable({}, {})


def test_customer_that_another_user_has_adopted_is_neither_offered_nor_adopted(customers: Directory) -> None:
    customers.add_unlinked(unlinked("customer-001", EMAIL))
    customers.apply(COMPANY_ID, [adopt(1, KEY)])
    assert customers.adoptable(COMPANY_ID, [EMAIL], ["vaka:device#user-2"]) == Adoptable({}, {})
    with pytest.raises(RetriableError):
        customers.apply(COMPANY_ID, [replace(adopt(1, "vaka:device#user-2"), source_user_id="user-2")])
    assert the_only(customers).source_user_id == "user-1"


def test_customer_who_was_removed_cannot_be_adopted(customers: Directory, dynamodb: "DynamoDBClient") -> None:
    customers.add_unlinked(unlinked("customer-001", EMAIL))
    if isinstance(customers, InMemoryCustomers):
        customers.remove(COMPANY_ID, "customer-001")
    else:
        item = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": "CUSTOMER#customer-001"}}
        dynamodb.delete_item(TableName=CUSTOMERS_TABLE, Key=item)
    assert customers.adoptable(COMPANY_ID, [EMAIL], [KEY]) == Adoptable({}, {})


def test_existing_customers_are_read_by_id(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, 1, EMAIL)])
    assert customers.existing(COMPANY_ID, ["customer-001", "customer-002"]) == {"customer-001": the_only(customers)}
    assert customers.existing(OTHER_COMPANY_ID, ["customer-001"]) == {}


def test_list_returns_windows_in_the_order_of_ids(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, at) for at in range(10)])
    customers.apply(OTHER_COMPANY_ID, [write(Change.Create, 99)])
    windows = [(Window(0, 2), None), (Window(8, 5), None), (Window(0, 0), None), (Window(0, 2), "customer-003")]
    windows += [(Window(1, 2), "customer-003"), (Window(0, 9), "customer-008"), (Window(0, 9), "customer-0035")]
    found = [[int(each.id[-3:]) for each in customers.list(COMPANY_ID, *window)] for window in windows]
    assert found == [[0, 1], [8, 9], [], [4, 5], [5, 6], [9], [4, 5, 6, 7, 8, 9]]


def test_count_is_that_of_the_company(customers: Directory) -> None:
    customers.add_unlinked(unlinked("customer-by-hand", EMAIL))
    customers.apply(COMPANY_ID, [write(Change.Create, at, f"asa{at}@example.com") for at in range(3)])
    customers.apply(OTHER_COMPANY_ID, [write(Change.Create, 1)])
    assert [customers.count(COMPANY_ID), customers.make_searchable(COMPANY_ID)] == [4, 4]


def test_customer_whom_another_system_wrote_without_search_keys_becomes_searchable(dynamodb: "DynamoDBClient") -> None:
    customers = DynamoCustomers(dynamodb, CUSTOMERS_TABLE, Now())
    customers.apply(COMPANY_ID, [write(Change.Create, 1)])
    item = to_item(Customer("by-hand", COMPANY_ID, Person("Bo", "Ek", "bo@example.com", "+46701740605"), NOON, NOON))
    written = {name: value for name, value in item.items() if not name.startswith(("Name", "Phone")) or name == "Phone"}
    dynamodb.put_item(TableName=CUSTOMERS_TABLE, Item=encode(written))
    texts = ("ek", "bo@", "0701740605", "0605")
    assert [customers.search(COMPANY_ID, read_search(text), ONE).total for text in texts] == [0, 1, 0, 0]
    for _ in range(2):
        assert customers.make_searchable(COMPANY_ID) == 2
        assert [customers.search(COMPANY_ID, read_search(text), ONE).total for text in texts] == [1] * 4
