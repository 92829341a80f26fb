"""The ledger of VOSS usage in UsageTable, and the copies of VOSS's products.

`USAGE#<id>` is a record; ids are UUIDv7, so the newest sorts last and a period is a range of keys. `KEY#<key>` says to
which record a company's Idempotency-Key belongs. While a record is Sending or Unknown it has `Unsettled` and `DueAt`,
by which the sparse index `Unsettled` finds it without a scan. Nothing here expires (docs/decisions.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import IDEMPOTENCY_KEY, PRODUCTS, USAGE, key, partition
from bokabridge.adapters.dynamodb.queries import count_between, query_between, query_index
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, put_write, transact
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import Refusal, RetriableError
from bokabridge.ids import uuid7_floor
from bokabridge.voss.product import Product, ProductCopy, ProductType
from bokabridge.voss.usage import Unsettled, Usage, UsageOrder, UsagePage, UsageState

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

UNSETTLED_INDEX = "Unsettled"

_YES = "1"
_LOWEST, _HIGHEST = USAGE, USAGE + "~"
"""Before and after every id."""


class DynamoLedger:
    """UsageLedger on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def reserve(self, usage: Usage) -> Usage | None:
        """See UsageLedger. One transaction; the SDK gives it a token, so that its own retries count once."""
        pointer = {**key(usage.company_id, IDEMPOTENCY_KEY + usage.key), "UsageId": usage.id}
        absent = "attribute_not_exists(PK)"
        writes = [put_write(self._table, pointer, absent), put_write(self._table, _to_item(usage), absent)]
        with _or_retriable():
            try:
                transact(self._table, writes)
            except TransactionCancelled as cancelled:
                holder = cancelled.reasons[0].item
            else:
                return None
            if holder is None:
                raise RetriableError("The ledger did not take the usage.")
            return self.get(usage.company_id, holder["UsageId"])

    def change(self, before: Usage, after: Usage) -> bool:
        """See UsageLedger. The frozen request is not among what is written."""
        mutable = _mutable(after)
        present = {name: value for name, value in mutable.items() if value is not None}
        absent = [name for name, value in mutable.items() if value is None]
        update = Update(
            key(before.company_id, USAGE + before.id),
            "SET "
            + ", ".join(f"#{name} = :{name}" for name in present)
            + (" REMOVE " + ", ".join(f"#{name}" for name in absent) if absent else ""),
            {
                **{f":{name}": value for name, value in present.items()},
                ":before": before.state.value,
                ":fence": before.attempt,
            },
            "#State = :before AND #Attempt = :fence",
            {f"#{name}": name for name in mutable},
        )
        try:
            with _or_retriable():
                self._table.update(update)
            return True
        except ConditionFailed:
            return False

    def get(self, company_id: str, usage_id: str) -> Usage | None:
        """See UsageLedger."""
        with _or_retriable():
            item = self._table.find(key(company_id, USAGE + usage_id))
        return _from_item(item) if item else None

    def unsettled(self, limit: int) -> list[Unsettled]:
        """See UsageLedger."""
        with _or_retriable():
            items = query_index(self._table, UNSETTLED_INDEX, "Unsettled", _YES, limit)
        return [
            Unsettled(
                company_id=item["PK"].removeprefix(partition("")),
                usage_id=item["SK"].removeprefix(USAGE),
                due_at=parse_date(item["DueAt"]),
                since=parse_date(item["UnsettledSince"]),
            )
            for item in items
        ]

    def list(
        self,
        company_id: str,
        state: UsageState | None,
        since: datetime | None,
        until: datetime | None,
        skip: int,
        take: int,
    ) -> UsagePage:
        """See UsageLedger."""
        low = USAGE + uuid7_floor(since) if since else _LOWEST
        high = USAGE + uuid7_floor(until) if until else _HIGHEST
        if low > high:
            return UsagePage(skip, 0, [])
        where = partition(company_id), low, high
        only = Filter("#State = :state", {"#State": "State"}, {":state": state.value}) if state else None
        with _or_retriable():
            total = count_between(self._table, *where, only)
            items = query_between(self._table, *where, only, newest_first=True)
            results = [_from_item(item) for item in islice(items, skip, skip + take)] if skip < total else []
        return UsagePage(skip, total, results)


class DynamoProductCopies:
    """ProductCopies on DynamoDB, so that a function that has just started has them too."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def load(self, product_type: ProductType | None) -> ProductCopy | None:
        """See ProductCopies."""
        with _or_retriable():
            item = self._table.find(_products_key(product_type))
        if item is None:
            return None
        products = [Product(product["Name"], product["ArticleNumber"]) for product in item["Products"]]
        return ProductCopy(products, parse_date(item["FetchedAt"]))

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """See ProductCopies."""
        products = [{"Name": product.name, "ArticleNumber": product.article_number} for product in copy.products]
        with _or_retriable():
            self._table.update(
                Update(
                    _products_key(product_type),
                    "SET Products = :products, FetchedAt = :at",
                    {":products": products, ":at": format_date(copy.fetched_at)},
                )
            )


@contextmanager
def _or_retriable() -> Iterator[None]:
    """Who bills must know that the ledger did not answer; whatever the reason, the answer to it is the same."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise RetriableError("The ledger cannot be reached at the moment; try again in a while.") from error


def _products_key(product_type: ProductType | None) -> Item:
    return {"PK": PRODUCTS, "SK": f"TYPE#{product_type.value if product_type else ''}"}


def _to_item(usage: Usage) -> Item:
    return {
        **key(usage.company_id, USAGE + usage.id),
        "Id": usage.id,
        "CompanyId": usage.company_id,
        "IdempotencyKey": usage.key,
        "ArticleNumber": usage.order.article_number,
        "Quantity": usage.order.quantity,
        "CreatedDate": format_date(usage.created_at),
        **_mutable(usage),
    }


def _mutable(usage: Usage) -> Item:
    """All that may change after the record was made; None is "not there"."""
    is_unsettled = usage.due_at is not None
    return {
        "State": usage.state.value,
        "Attempt": usage.attempt,
        "UpdatedDate": format_date(usage.updated_at),
        "ClaimedAt": format_date(usage.claimed_at),
        "Unsettled": _YES if is_unsettled else None,
        "DueAt": format_date(usage.due_at) if usage.due_at else None,
        "UnsettledSince": format_date(usage.unsettled_since) if usage.unsettled_since else None,
        "Answer": usage.answer,
        "Refusal": usage.refusal.value if usage.refusal else None,
        "Reason": usage.reason,
    }


def _from_item(item: Item) -> Usage:
    return Usage(
        id=item["Id"],
        company_id=item["CompanyId"],
        key=item["IdempotencyKey"],
        order=UsageOrder(item["ArticleNumber"], item["Quantity"]),
        state=UsageState(item["State"]),
        attempt=item["Attempt"],
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        claimed_at=parse_date(item["ClaimedAt"]),
        due_at=_optional_date(item, "DueAt"),
        unsettled_since=_optional_date(item, "UnsettledSince"),
        answer=item.get("Answer"),
        refusal=Refusal(item["Refusal"]) if "Refusal" in item else None,
        reason=item.get("Reason"),
    )


def _optional_date(item: Item, name: str) -> datetime | None:
    return parse_date(item[name]) if name in item else None
