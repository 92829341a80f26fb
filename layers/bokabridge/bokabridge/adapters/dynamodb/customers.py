"""The customers' directory in CustomersTable: what GET /customers reads.

`CUSTOMER#<id>` is a customer. `EMAIL#<e-mail>` holds, for customers that did not come from a sync, who bears the
e-mail: Owners maps the customer's id to the Axema user that it was linked to since ("" while there is none). `EMAILS`
says that the company has any such customer.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.clients import pool
from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import CUSTOMER, EMAIL, EMAILS, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.adapters.dynamodb.transactions import transact, update_write
from bokabridge.clock import Clock
from bokabridge.customers.model import Change, Customer, CustomerPage, CustomerWrite
from bokabridge.customers.ports import Owners
from bokabridge.dates import format_date, parse_date

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoCustomers:
    """CustomerDirectory on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str, clock: Clock) -> None:
        self._table = Table(client, table_name)
        self._clock = clock

    def owners_by_email(self, company_id: str, emails: Collection[str]) -> Mapping[str, Owners]:
        """See CustomerDirectory. Most companies have only customers that came from a sync: one read says so."""
        if self._table.find(key(company_id, EMAILS)) is None:
            return {}
        items = batch_get(self._table, [key(company_id, EMAIL + email) for email in emails])
        return {
            item["SK"].removeprefix(EMAIL): {customer: owner or None for customer, owner in item["Owners"].items()}
            for item in items
        }

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """See CustomerDirectory. New customers go in batches; others one by one, to leave their other fields alone."""
        now = self._clock()
        new: list[Item] = []
        others: list[CustomerWrite] = []
        for write in writes:
            if write.change is Change.Create:
                new.append(_new_item(company_id, write, now))
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
            key(company_id, EMAIL + (write.email or "")),
            "SET Owners.#customer = :user",
            {":user": write.axema_user_id},
            names={"#customer": write.customer_id},
        )
        transact(self._table, [update_write(self._table, upsert), update_write(self._table, claim)])

    def search(self, company_id: str, text: str, skip: int, take: int) -> CustomerPage:
        """See CustomerDirectory. Reads the company's whole partition: `total` and `text` need every customer."""
        total, results = 0, []
        for item in query(self._table, partition(company_id), CUSTOMER):
            customer = _customer(company_id, item)
            if not customer.matches(text):
                continue
            if skip <= total < skip + take:
                results.append(customer)
            total += 1
        return CustomerPage(skip, total, results)

    def add(self, customer: Customer) -> None:
        """Adds a customer that did not come from a sync; a sync may adopt it later by its e-mail."""
        item = {
            **key(customer.company_id, CUSTOMER + customer.id),
            "Firstname": customer.first_name,
            "Lastname": customer.last_name,
            "Email": customer.email,
            "Phone": customer.phone,
            "Created": format_date(customer.created_at),
            "Updated": format_date(customer.updated_at),
        }
        batch_put(self._table, [key(customer.company_id, EMAILS), item])
        if customer.email:
            email_key = key(customer.company_id, EMAIL + customer.email)
            self._table.update(Update(email_key, "SET Owners = if_not_exists(Owners, :empty)", {":empty": {}}))
            self._table.update(Update(email_key, "SET Owners.#id = :none", {":none": ""}, names={"#id": customer.id}))


def _new_item(company_id: str, write: CustomerWrite, now: datetime) -> Item:
    return {
        **key(company_id, CUSTOMER + write.customer_id),
        "Firstname": write.first_name,
        "Lastname": write.last_name,
        "Email": write.email,
        "Phone": write.phone,
        "AxemaUserId": write.axema_user_id,
        "Created": format_date(now),
        "Updated": format_date(now),
    }


def _upsert(company_id: str, write: CustomerWrite, now: datetime) -> Update:
    """Writes the fields that a sync owns. Axema's empty e-mail or phone empties the customer's."""
    optional = {"Email": write.email, "Phone": write.phone}
    present = {name: value for name, value in optional.items() if value is not None}
    absent = [name for name in optional if name not in present]
    expression = (
        "SET Firstname = :first, Lastname = :last, AxemaUserId = :user, Updated = :now, "
        "Created = if_not_exists(Created, :now)"
        + "".join(f", {name} = :{name}" for name in present)
        + (" REMOVE " + ", ".join(absent) if absent else "")
    )
    values = {
        ":first": write.first_name,
        ":last": write.last_name,
        ":user": write.axema_user_id,
        ":now": format_date(now),
        **{f":{name}": value for name, value in present.items()},
    }
    return Update(key(company_id, CUSTOMER + write.customer_id), expression, values)


def _customer(company_id: str, item: Item) -> Customer:
    return Customer(
        id=item["SK"].removeprefix(CUSTOMER),
        company_id=company_id,
        first_name=item["Firstname"],
        last_name=item["Lastname"],
        created_at=parse_date(item["Created"]),
        updated_at=parse_date(item["Updated"]),
        email=item.get("Email"),
        phone=item.get("Phone"),
        axema_user_id=item.get("AxemaUserId"),
    )
