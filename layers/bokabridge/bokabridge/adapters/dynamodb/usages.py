"""The ledger of VOSS usage in UsageTable, and the copies of VOSS's products.

`USAGE#<id>` is a record; ids are UUIDv7, so the newest sorts last and a period is a range of keys. `KEY#<key>` names
the record to which a company's Idempotency-Key belongs. A record that is Sending or Unknown has the attributes
`Unsettled` and `DueAt`, so that the sparse index `Unsettled` lists it without a scan. Nothing here expires
(docs/decisions.md).
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING
from zlib import compress, decompress

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
from bokabridge.paging import Page, Window
from bokabridge.voss.product import Product, ProductCopy, ProductType
from bokabridge.voss.usage import Unsettled, Usage, UsageOrder, UsageQuery, UsageState

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

UNSETTLED_INDEX = "Unsettled"

_YES = "1"
_LOWEST, _HIGHEST = USAGE, USAGE + "~"
"""Sort keys before and after those of all records."""


class DynamoLedger:
    """UsageLedger on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def reserve(self, usage: Usage) -> Usage | None:
        """See UsageLedger. One transaction, to which the SDK adds a token, so that its own retries count once."""
        pointer = {**key(usage.company_id, IDEMPOTENCY_KEY + usage.key), "UsageId": usage.id}
        absent = "attribute_not_exists(PK)"
        writes = [put_write(self._table, pointer, absent), put_write(self._table, _to_item(usage), absent)]
        with _or_retriable():
            try:
                transact(self._table, writes)
            except TransactionCancelled as cancelled:
                existing = cancelled.reasons[0].item
            else:
                return None
            if existing is None:
                raise RetriableError("The ledger did not store the usage. Try again in a while.")
            return self.find(usage.company_id, existing["UsageId"])

    def change(self, before: Usage, after: Usage) -> bool:
        """See UsageLedger. The order is not written: it never changes."""
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

    def find(self, company_id: str, usage_id: str) -> Usage | None:
        """See UsageLedger."""
        with _or_retriable():
            item = self._table.find(key(company_id, USAGE + usage_id))
        return _from_item(item) if item else None

    def list_unsettled(self, limit: int) -> list[Unsettled]:
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

    def list(self, company_id: str, query: UsageQuery, window: Window) -> Page[Usage]:
        """See UsageLedger."""
        low = USAGE + uuid7_floor(query.since) if query.since else _LOWEST
        high = USAGE + uuid7_floor(query.until) if query.until else _HIGHEST
        if low > high:
            return Page(window.skip, 0, [])
        where = partition(company_id), low, high
        only = Filter("#State = :state", {"#State": "State"}, {":state": query.state.value}) if query.state else None
        with _or_retriable():
            total = count_between(self._table, *where, only)
            items = query_between(self._table, *where, only, newest_first=True)
            results = [_from_item(item) for item in window.of(items)] if window.skip < total else []
        return Page(window.skip, total, results)


class DynamoProductCopies:
    """ProductCopies on DynamoDB, so that a function has them right after its start."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, product_type: ProductType | None) -> ProductCopy | None:
        """See ProductCopies."""
        with _or_retriable():
            item = self._table.find(_products_key(product_type))
        if item is None:
            return None
        return ProductCopy(_unpacked(item["Packed"]), parse_date(item["FetchedAt"]))

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """See ProductCopies."""
        with _or_retriable():
            self._table.update(
                Update(
                    _products_key(product_type),
                    "SET Packed = :packed, FetchedAt = :at",
                    {":packed": _packed(copy.products), ":at": format_date(copy.fetched_at)},
                )
            )


def _packed(products: Sequence[Product]) -> str:
    """The products as compressed JSON: as a list, 6,000 of them would exceed an item's 400 KB."""
    rows = [[product.name, product.article_number] for product in products]
    return b64encode(compress(json.dumps(rows).encode())).decode()


def _unpacked(packed: str) -> list[Product]:
    return [Product(name, article_number) for name, article_number in json.loads(decompress(b64decode(packed)))]


@contextmanager
def _or_retriable() -> Iterator[None]:
    """Turns every error of DynamoDB into a RetriableError: without the ledger, nothing may be billed."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise RetriableError("The ledger cannot be reached at the moment. Try again in a while.") from error


def _products_key(product_type: ProductType | None) -> Item:
    return {"PK": PRODUCTS, "SK": f"PACKED#{product_type.value if product_type else ''}"}


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
    """The attributes that can change. None stands for a missing attribute."""
    is_unsettled = usage.due_at is not None
    return {
        "State": usage.state.value,
        "Attempt": usage.attempt,
        "UpdatedDate": format_date(usage.updated_at),
        "ClaimedAt": format_date(usage.claimed_at),
        "Unsettled": _YES if is_unsettled else None,
        "DueAt": format_date(usage.due_at) if usage.due_at else None,
        "UnsettledSince": format_date(usage.unsettled_since) if usage.unsettled_since else None,
        "Answer": usage.result_json,
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
        result_json=item.get("Answer"),
        refusal=Refusal(item["Refusal"]) if "Refusal" in item else None,
        reason=item.get("Reason"),
    )


def _optional_date(item: Item, name: str) -> datetime | None:
    return parse_date(item[name]) if name in item else None
