"""The customers' directory in CustomersTable, which GET /customers reads.

`CUSTOMER#<id>` is a customer (customer_items.py). `EMAIL#<e-mail>` lists the customers with that e-mail which no sync
created: Owners maps each customer's id to the key of the source user that has adopted it, or to "". `OWNER#<user key>`
has the id of the customer that the source user has adopted. `EMAILS` exists if the company has any customer that no
sync created.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.clients import pool
from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.customer_items import (
    EMAIL_INDEX,
    NAME_INDEXES,
    PHONE_END_INDEX,
    PHONE_INDEX,
    add_keys,
    customer_key,
    edited,
    from_item,
    id_of,
    set_visible,
    to_item,
    upsert,
    visible_only,
)
from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import CUSTOMER, EMAIL, EMAILS, OWNER, key, partition
from bokabridge.adapters.dynamodb.queries import count, query_between, query_prefix, survey
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, put_write, transact, update_write
from bokabridge.clock import Clock
from bokabridge.customers.model import Change, Customer, CustomerEdit, CustomerWrite
from bokabridge.customers.ports import NOTHING_ADOPTABLE, Adoptable
from bokabridge.customers.search import MAX_MATCHES, Search
from bokabridge.paging import Page, Window

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_ALL = "CUSTOMER$"
"""The customers' keys sort before this text."""

_MAX_COMPARED = 5 * MAX_MATCHES
"""The number of index entries that a search for several words compares with them."""


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
        for item in batch_get(self._table, [customer_key(company_id, customer_id) for customer_id in free]):
            customer = from_item(company_id, item)
            by_email.setdefault(customer.person.email or "", []).append(customer)
        return Adoptable(by_email, by_owner)

    def existing(self, company_id: str, customer_ids: Collection[str]) -> Mapping[str, Customer]:
        """See CustomerDirectory."""
        items = batch_get(self._table, [customer_key(company_id, customer_id) for customer_id in customer_ids])
        customers = [from_item(company_id, item) for item in items]
        return {customer.id: customer for customer in customers}

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """See CustomerDirectory. Puts new customers in batches. Updates others singly, which keeps other attributes."""
        now = self._clock()
        new: list[Item] = []
        others: list[CustomerWrite] = []
        for write in writes:
            if write.change is Change.Create:
                customer = Customer(write.customer_id, company_id, write.person, now, now, write.source_user_id)
                new.append(to_item(customer))
            else:
                others.append(write)
        batch_put(self._table, new)
        list(pool().map(lambda write: self._apply_one(company_id, write, now), others))

    def _apply_one(self, company_id: str, write: CustomerWrite, now: datetime) -> None:
        written = upsert(company_id, write, now)
        if write.change is Change.Update:
            self._table.update(written)
            return
        claim = Update(
            key(company_id, EMAIL + (write.person.email or "")),
            "SET Owners.#customer = :user",
            {":user": write.user_key, ":none": ""},
            condition="Owners.#customer IN (:none, :user)",
            names={"#customer": write.customer_id},
        )
        owner = {**key(company_id, OWNER + write.user_key), "CustomerId": write.customer_id}
        updates = [update_write(self._table, update) for update in (written, claim)]
        try:
            transact(self._table, [*updates, put_write(self._table, owner)])
        except TransactionCancelled:
            raise self._table.busy() from None  # another user has adopted the customer; the next plan knows it

    def set_visible(self, company_id: str, customer_ids: Collection[str], *, is_visible: bool) -> None:
        """See CustomerDirectory."""
        now = self._clock()

        def change(customer_id: str) -> None:
            with suppress(ConditionFailed):
                self._table.update(set_visible(company_id, customer_id, now, is_visible=is_visible))

        list(pool().map(change, customer_ids))

    def edit(self, company_id: str, edits: Iterable[CustomerEdit]) -> None:
        """See CustomerDirectory."""
        now = self._clock()

        def change(edit: CustomerEdit) -> None:
            try:
                self._table.update(edited(company_id, edit, now))
            except ConditionFailed:
                raise self._table.busy() from None  # the next plan knows what has changed

        list(pool().map(change, edits))

    def list(
        self, company_id: str, window: Window, after: str | None = None, *, visible: bool | None = None
    ) -> Sequence[Customer]:
        """See CustomerDirectory. One query, which reads the customers up to the window's end."""
        if not window.take:
            return []
        low = CUSTOMER if after is None else f"{CUSTOMER}{after}\0"
        only = visible_only(visible)
        items = query_between(self._table, partition(company_id), low, _ALL, only, max_items=window.stop)
        return [from_item(company_id, item) for item in window.of(items)]

    def search(
        self,
        company_id: str,
        search: Search,
        window: Window,
        after: str | None = None,
        *,
        visible: bool | None = None,
    ) -> Page[Customer]:
        """See CustomerDirectory. Reads index entries, and then the customers of the window, or all to choose from."""
        found = sorted(self._ids(company_id, search))[:MAX_MATCHES]
        if visible is not None:
            chosen = self.existing(company_id, found)
            found = [each for each in found if each in chosen and chosen[each].is_visible is visible]
        wanted = window.of(customer_id for customer_id in found if customer_id > (after or ""))
        items = batch_get(self._table, [customer_key(company_id, customer_id) for customer_id in wanted])
        customers = sorted((from_item(company_id, item) for item in items), key=lambda customer: customer.id)
        return Page(window.skip, len(found), customers)

    def _ids(self, company_id: str, search: Search) -> set[str]:
        """The ids of the customers who match."""
        queries: list[tuple[str, str, Callable[[str], bool]]] = []
        if search.words:
            queries += [(index, search.longest_word, search.matches_name) for index in NAME_INDEXES]
        if search.email:
            queries.append((EMAIL_INDEX, search.email, lambda _: True))
        queries += [(PHONE_INDEX, start.national, start.begins) for start in search.phones]
        if search.phone_end:
            queries.append((PHONE_END_INDEX, search.phone_end[::-1], lambda _: True))

        def matching(index: str, prefix: str, matches: Callable[[str], bool]) -> list[str]:
            most = _MAX_COMPARED if index in NAME_INDEXES and len(search.words) > 1 else MAX_MATCHES
            entries = query_prefix(self._table, partition(company_id), index, prefix, most)
            return [id_of(entry) for entry in entries if matches(entry[index])][:MAX_MATCHES]

        of_indexes = pool().map(lambda each: matching(*each), queries)
        existing = self.existing(company_id, search.ids) if search.ids else {}
        return {*existing, *(customer_id for ids in of_indexes for customer_id in ids)}

    def count(self, company_id: str, *, visible: bool | None = None) -> int:
        """See CustomerDirectory."""
        return count(self._table, partition(company_id), CUSTOMER, visible_only(visible))

    def make_searchable(self, company_id: str) -> int:
        """See CustomerDirectory."""
        without_keys = Filter("attribute_not_exists(Name1)", {}, {})
        number, items = survey(self._table, partition(company_id), CUSTOMER, without_keys)
        for item in items:
            with suppress(ConditionFailed):
                self._table.update(add_keys(company_id, from_item(company_id, item)))
        return number

    def add_unlinked(self, customer: Customer) -> None:
        """Add a customer that no sync created. A sync may adopt it by its e-mail. Not part of CustomerDirectory."""
        batch_put(self._table, [key(customer.company_id, EMAILS), to_item(customer)])
        if customer.person.email:
            email_key = key(customer.company_id, EMAIL + customer.person.email)
            self._table.update(Update.setting(email_key, {}, if_absent={"Owners": {}}))
            self._table.update(Update(email_key, "SET Owners.#id = :none", {":none": ""}, names={"#id": customer.id}))
