"""The customers' directory in CustomersTable, which GET /customers reads.

`CUSTOMER#<id>` is a customer. `EMAIL#<e-mail>` lists the customers with that e-mail which no sync created: Owners maps
each customer's id to the key of the source user that has adopted it, or to "". `OWNER#<user key>` has the id of the
customer that the source user has adopted. `EMAILS` exists if the company has any customer that no sync created.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.clients import pool
from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import CUSTOMER, EMAIL, EMAILS, OWNER, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, put_write, transact, update_write
from bokabridge.clock import Clock
from bokabridge.customers.model import Change, Customer, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.customers.ports import NOTHING_ADOPTABLE, Adoptable
from bokabridge.dates import format_date, parse_date
from bokabridge.paging import Page, Window

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

PERSON_ATTRIBUTES = {
    "first_name": "Firstname",
    "last_name": "Lastname",
    "email": "Email",
    "phone": "Phone",
}
"""The attribute in which each field of a Person is stored."""


class DynamoCustomers:
    """CustomerDirectory on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Clock) -> None:
        self._table = Table(client, table_name)
        self._clock = clock

    def adoptable(self, company_id: str, emails: Collection[str], user_keys: Collection[str]) -> Adoptable:
        """See CustomerDirectory. In most companies a sync created every customer; one read is enough for those."""
        if self._table.find(key(company_id, EMAILS)) is None:
            return NOTHING_ADOPTABLE
        wanted = [*(EMAIL + email for email in emails), *(OWNER + user_key for user_key in user_keys)]
        items = batch_get(self._table, [key(company_id, sort_key) for sort_key in wanted])
        by_owner = {
            item["SK"].removeprefix(OWNER): item["CustomerId"] for item in items if item["SK"].startswith(OWNER)
        }
        free = [
            customer_id
            for item in items
            if item["SK"].startswith(EMAIL)
            for customer_id, owner in item["Owners"].items()
            if not owner
        ]
        by_email: dict[str, list[Customer]] = {}
        for item in batch_get(self._table, [key(company_id, CUSTOMER + customer_id) for customer_id in free]):
            customer = _from_item(company_id, item)
            by_email.setdefault(customer.person.email or "", []).append(customer)
        return Adoptable(by_email, by_owner)

    def people(self, company_id: str, customer_ids: Collection[str]) -> Mapping[str, Person]:
        """See CustomerDirectory."""
        items = batch_get(self._table, [key(company_id, CUSTOMER + customer_id) for customer_id in customer_ids])
        customers = [_from_item(company_id, item) for item in items]
        return {customer.id: customer.person for customer in customers}

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """See CustomerDirectory. Puts new customers in batches. Updates others singly, which keeps other attributes."""
        now = self._clock()
        new: list[Item] = []
        others: list[CustomerWrite] = []
        for write in writes:
            if write.change is Change.Create:
                customer = Customer(write.customer_id, company_id, write.person, now, now, write.source_user_id)
                new.append(_to_item(customer))
            else:
                others.append(write)
        batch_put(self._table, new)
        list(pool().map(lambda write: self._apply_one(company_id, write, now), others))

    def _apply_one(self, company_id: str, write: CustomerWrite, now: datetime) -> None:
        upsert = _upsert(company_id, write, now)
        if write.change is Change.Update:
            self._table.update(upsert)
            return
        claim = Update(
            key(company_id, EMAIL + (write.person.email or "")),
            "SET Owners.#customer = :user",
            {":user": write.user_key, ":none": ""},
            condition="Owners.#customer IN (:none, :user)",
            names={"#customer": write.customer_id},
        )
        owner = {**key(company_id, OWNER + write.user_key), "CustomerId": write.customer_id}
        updates = [update_write(self._table, update) for update in (upsert, claim)]
        try:
            transact(self._table, [*updates, put_write(self._table, owner)])
        except TransactionCancelled:
            raise self._table.busy() from None  # another user has adopted the customer; the next plan knows it

    def search(self, company_id: str, text: str, window: Window) -> Page[Customer]:
        """See CustomerDirectory. Reads all of the company's customers, because `total` and `text` need them."""
        total, results = 0, []
        for item in query(self._table, partition(company_id), CUSTOMER):
            customer = _from_item(company_id, item)
            if not customer.matches(text):
                continue
            if window.skip <= total < window.stop:
                results.append(customer)
            total += 1
        return Page(window.skip, total, results)

    def add_unlinked(self, customer: Customer) -> None:
        """Add a customer that no sync created. A sync may adopt it by its e-mail. Not part of CustomerDirectory."""
        batch_put(self._table, [key(customer.company_id, EMAILS), _to_item(customer)])
        if customer.person.email:
            email_key = key(customer.company_id, EMAIL + customer.person.email)
            self._table.update(Update.setting(email_key, {}, if_absent={"Owners": {}}))
            self._table.update(Update(email_key, "SET Owners.#id = :none", {":none": ""}, names={"#id": customer.id}))


def _to_item(customer: Customer) -> Item:
    return {
        **key(customer.company_id, CUSTOMER + customer.id),
        **_members(customer.person),
        "SourceUserId": customer.source_user_id,
        "Created": format_date(customer.created_at),
        "Updated": format_date(customer.updated_at),
    }


def _upsert(company_id: str, write: CustomerWrite, now: datetime) -> Update:
    """Sets the person's fields, removes those that are None, and keeps absent ones. Creates a missing customer."""
    updated = format_date(now)
    return Update.setting(
        key(company_id, CUSTOMER + write.customer_id),
        {**_members(write.person), "SourceUserId": write.source_user_id, "Updated": updated},
        if_absent={"Created": updated},
    )


def _members(person: Person) -> Item:
    return {PERSON_ATTRIBUTES[field]: value for field, value in person.written().items()}


def _from_item(company_id: str, item: Item) -> Customer:
    person: Item = {field: item.get(attribute) for field, attribute in PERSON_ATTRIBUTES.items()}
    return Customer(
        id=item["SK"].removeprefix(CUSTOMER),
        company_id=company_id,
        person=Person(**person),
        created_at=parse_date(item["Created"]),
        updated_at=parse_date(item["Updated"]),
        source_user_id=item.get("SourceUserId"),
    )
