"""One DynamoDB table in plain Python values: single items, batches that finish, transactions that say what failed.

Keys are PK and SK; an item is a dict of str, int, bool, and dicts of these. None is not stored.
"""

import random
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched, islice
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.aws import pool
from bokabridge.errors import RetriableError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

Item = dict[str, Any]

_MAX_GET = 100
_MAX_WRITE = 25
"""DynamoDB's limits of one batch call."""

_ATTEMPTS = 8

_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons of a cancelled transaction that are gone in a moment."""


@dataclass(frozen=True, slots=True)
class Update:
    """An update expression with its values in plain Python; `condition` must hold or the update fails."""

    key: Item
    expression: str
    values: Item
    condition: str | None = None
    names: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Why one item of a transaction failed: DynamoDB's code ("None": it did not), and the item that stood there."""

    code: str
    item: Item | None

    @property
    def failed_condition(self) -> bool:
        """True when the item's own condition did not hold."""
        return self.code == "ConditionalCheckFailed"


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter expression with its names and its values in plain Python."""

    expression: str
    names: Mapping[str, str]
    values: Item


class TransactionCancelled(Exception):
    """A transaction wrote nothing; `reasons` has one entry for each of its items, in their order."""

    def __init__(self, reasons: list[Cancellation]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


class ConditionFailed(Exception):
    """The condition of a single write did not hold; nothing was written."""


def transact(client: "DynamoDBClient", writes: "Sequence[TransactWriteItemTypeDef]") -> None:
    """Makes all these writes or none. (The SDK adds the request token for its retries.)

    Raises TransactionCancelled when a condition did not hold. Transactions that only met another one on the same item
    are tried again, which the SDK does not do; RetriableError when that does not end.
    """
    for _ in _attempts():
        try:
            client.transact_write_items(TransactItems=writes)
        except client.exceptions.TransactionCanceledException as error:
            reasons = [
                Cancellation(reason.get("Code", "None"), decode(reason["Item"]) if reason.get("Item") else None)
                for reason in error.response["CancellationReasons"]
            ]
            if any(reason.failed_condition for reason in reasons):
                raise TransactionCancelled(reasons) from None
            if not any(reason.code in _PASSING for reason in reasons):
                raise
        else:
            return
    raise RetriableError("The database is too busy to write.")


class Table:
    """A table by name."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self.client = client
        self.name = name

    def get(self, key: Item) -> Item | None:
        """The item with this key as of now, or None."""
        found = self.client.get_item(TableName=self.name, Key=encode(key), ConsistentRead=True).get("Item")
        return decode(found) if found else None

    def delete(self, key: Item) -> None:
        """Removes the item with this key, if there is one."""
        self.client.delete_item(TableName=self.name, Key=encode(key))

    def put(self, item: Item, condition: str, values: Item | None = None) -> None:
        """Stores one item, replacing what was there. Raises ConditionFailed."""
        request: Any = {"TableName": self.name, "Item": encode(item), "ConditionExpression": condition}
        if values:
            request["ExpressionAttributeValues"] = encode(values)
        try:
            self.client.put_item(**request)
        except self.client.exceptions.ConditionalCheckFailedException:
            raise ConditionFailed from None

    def update(self, update: Update) -> Item:
        """Updates one item and returns all of it. Raises ConditionFailed."""
        request = self._update(update)
        for _ in _attempts():
            try:
                answer = self.client.update_item(**request, ReturnValues="ALL_NEW")
            except self.client.exceptions.ConditionalCheckFailedException:
                raise ConditionFailed from None
            except self.client.exceptions.TransactionConflictException:
                continue
            return decode(answer["Attributes"])
        raise RetriableError("The database is too busy to write.")

    def put_write(self, item: Item, condition: str | None = None) -> "TransactWriteItemTypeDef":
        """A put, as one write of a transaction; the failed condition's item comes back in the reason."""
        put: Any = {"TableName": self.name, "Item": encode(item)}
        if condition:
            put |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        return {"Put": put}

    def update_write(self, update: Update) -> "TransactWriteItemTypeDef":
        """An update, as one write of a transaction; the failed condition's item comes back in the reason."""
        request: Any = {**self._update(update), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        return {"Update": request}

    def check_write(self, key: Item, condition: str, values: Item) -> "TransactWriteItemTypeDef":
        """A condition on an item that is not written, as one member of a transaction."""
        check: Any = {
            "TableName": self.name,
            "Key": encode(key),
            "ConditionExpression": condition,
            "ExpressionAttributeValues": encode(values),
        }
        return {"ConditionCheck": check}

    def query(
        self,
        partition: str,
        prefix: str,
        *,
        newest_first: bool = False,
        filter_expression: str | None = None,
        names: Mapping[str, str] | None = None,
        values: Item | None = None,
        limit: int | None = None,
    ) -> Iterator[Item]:
        """The items of a partition whose SK begins with `prefix`, in SK order, read as they are asked for."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "PK = :partition AND begins_with(SK, :prefix)",
            "ExpressionAttributeValues": encode({":partition": partition, ":prefix": prefix, **(values or {})}),
            "ScanIndexForward": not newest_first,
        }
        if filter_expression:
            request["FilterExpression"] = filter_expression
        if names:
            request["ExpressionAttributeNames"] = dict(names)
        if limit:
            request["Limit"] = limit
        return self._items(request)

    def query_between(
        self, partition: str, low: str, high: str, only: Filter | None = None, *, newest_first: bool = False
    ) -> Iterator[Item]:
        """The items of a partition with low <= SK <= high, in SK order, read as they are asked for."""
        return self._items({**self._between(partition, low, high, only), "ScanIndexForward": not newest_first})

    def count_between(self, partition: str, low: str, high: str, only: Filter | None = None) -> int:
        """How many items `query_between` would give."""
        pages = self._pages({**self._between(partition, low, high, only), "Select": "COUNT"})
        return sum(answer["Count"] for answer in pages)

    def query_index(self, index: str, attribute: str, value: str, limit: int) -> list[Item]:
        """Up to `limit` items of an index whose hash key is `attribute`, in the order of its range key."""
        request = {
            "TableName": self.name,
            "IndexName": index,
            "KeyConditionExpression": "#attribute = :value",
            "ExpressionAttributeNames": {"#attribute": attribute},
            "ExpressionAttributeValues": encode({":value": value}),
        }
        return list(islice(self._items(request), limit))

    def _between(self, partition: str, low: str, high: str, only: Filter | None) -> dict[str, Any]:
        values = {":partition": partition, ":low": low, ":high": high, **(only.values if only else {})}
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": "PK = :partition AND SK BETWEEN :low AND :high",
            "ExpressionAttributeValues": encode(values),
        }
        if only:
            request |= {"FilterExpression": only.expression, "ExpressionAttributeNames": dict(only.names)}
        return request

    def _items(self, request: dict[str, Any]) -> Iterator[Item]:
        return (decode(item) for answer in self._pages(request) for item in answer["Items"])

    def _pages(self, request: dict[str, Any]) -> Iterator[Any]:
        while True:
            answer = self.client.query(**request)
            yield answer
            if "LastEvaluatedKey" not in answer:
                return
            request = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}

    def batch_get(self, keys: Sequence[Item]) -> list[Item]:
        """The items with these keys that exist, in any order."""
        return [item for found in pool().map(self._get_chunk, batched(keys, _MAX_GET, strict=False)) for item in found]

    def batch_put(self, items: Iterable[Item]) -> None:
        """Puts all the items, several batches at a time. Raises RetriableError; what was written by then stays."""
        list(pool().map(self._write_chunk, batched(items, _MAX_WRITE, strict=False)))

    def _get_chunk(self, keys: Sequence[Item]) -> list[Item]:
        wanted: dict[str, Any] = {self.name: {"Keys": [encode(key) for key in keys], "ConsistentRead": True}}
        found: list[Item] = []
        for _ in _attempts():
            answer = self.client.batch_get_item(RequestItems=wanted)
            found += [decode(item) for item in answer["Responses"].get(self.name, [])]
            wanted = answer.get("UnprocessedKeys") or {}
            if not wanted:
                return found
        raise RetriableError("The database is too busy to answer.")

    def _write_chunk(self, items: tuple[Item, ...]) -> None:
        remaining: dict[str, Any] = {self.name: [{"PutRequest": {"Item": encode(item)}} for item in items]}
        for _ in _attempts():
            remaining = self.client.batch_write_item(RequestItems=remaining).get("UnprocessedItems") or {}
            if not remaining:
                return
        raise RetriableError("The database is too busy to write.")

    def _update(self, update: Update) -> dict[str, Any]:
        request: dict[str, Any] = {
            "TableName": self.name,
            "Key": encode(update.key),
            "UpdateExpression": update.expression,
            "ExpressionAttributeValues": encode(update.values),
        }
        if update.condition:
            request["ConditionExpression"] = update.condition
        if update.names:
            request["ExpressionAttributeNames"] = dict(update.names)
        return request


def _attempts() -> Iterator[int]:
    """Counts attempts, with full jitter before each but the first, for what the SDK does not retry."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))  # noqa: S311 (jitter needs no secrecy)
        yield attempt


def encode(item: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values → DynamoDB's; members that are None are left out."""
    return {name: _attribute(value) for name, value in item.items() if value is not None}


def decode(item: Mapping[str, Any]) -> Item:
    """DynamoDB's values → plain ones."""
    return {name: _value(attribute) for name, attribute in item.items()}


def _attribute(value: str | int | bool | list[Any] | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(int(value))}
    if isinstance(value, list):
        return {"L": [_attribute(member) for member in value]}
    return {"M": encode(value)}


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return int(value)
        case "M":
            return decode(value)
        case "L":
            return [_value(member) for member in value]
        case _:
            return value
