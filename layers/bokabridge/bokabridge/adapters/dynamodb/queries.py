"""Queries and scans: the items of a partition or an index in the order of their sort key, read page by page on demand.

Each raises RetriableError when the caller takes an item that DynamoDB cannot return now.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Any, Literal

from bokabridge.adapters.dynamodb.expressions import Filter
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.adapters.dynamodb.table import Table


def query(
    table: Table,
    partition_key: str,
    prefix: str,
    only: Filter | None = None,
    *,
    newest_first: bool = False,
    max_items: int | None = None,
) -> Iterator[Item]:
    """The items of a partition whose SK begins with `prefix`, in SK order, at most `max_items` of them."""
    request = _beginning(table, partition_key, prefix, only)
    request["ScanIndexForward"] = not newest_first
    if max_items is not None and only is None:  # DynamoDB applies its Limit before the filter
        request["Limit"] = max_items
    return islice(_items(table, request), max_items)


def query_between(
    table: Table,
    partition_key: str,
    low: str,
    high: str,
    only: Filter | None = None,
    *,
    newest_first: bool = False,
    max_items: int | None = None,
) -> Iterator[Item]:
    """The items of a partition with low <= SK <= high, in SK order, at most `max_items` of them."""
    request = {**_between(table, partition_key, low, high, only), "ScanIndexForward": not newest_first}
    if max_items is not None and only is None:
        request["Limit"] = max_items
    return islice(_items(table, request), max_items)


def count_between(table: Table, partition_key: str, low: str, high: str, only: Filter | None = None) -> int:
    """The number of items that `query_between` returns."""
    pages = _pages(table, {**_between(table, partition_key, low, high, only), "Select": "COUNT"})
    return sum(page["Count"] for page in pages)


def query_index(table: Table, index: str, value: str | int, max_items: int | None = None) -> list[Item]:
    """At most `max_items` items of an index whose hash key has its name, in the order of its range key, if it has one.

    The index lags a little behind the table.
    """
    request = {
        "TableName": table.name,
        "IndexName": index,
        "KeyConditionExpression": "#attribute = :value",
        "ExpressionAttributeNames": {"#attribute": index},
        "ExpressionAttributeValues": encode({":value": value}),
    }
    return list(islice(_items(table, request), max_items))


def query_prefix(table: Table, partition_key: str, index: str, prefix: str, max_items: int) -> list[Item]:
    """At most `max_items` items of a partition in an index whose range key, of the same name, begins with `prefix`."""
    request = {
        "TableName": table.name,
        "IndexName": index,
        "KeyConditionExpression": "PK = :partition AND begins_with(#key, :prefix)",
        "ExpressionAttributeNames": {"#key": index},
        "ExpressionAttributeValues": encode({":partition": partition_key, ":prefix": prefix}),
        "Limit": max_items,
    }
    return list(islice(_items(table, request), max_items))


def count(table: Table, partition_key: str, prefix: str, only: Filter | None = None) -> int:
    """The number of items of a partition whose SK begins with `prefix`, as of now. Reads all of them."""
    request = _beginning(table, partition_key, prefix, only)
    return sum(page["Count"] for page in _pages(table, {**request, "Select": "COUNT", "ConsistentRead": True}))


def survey(table: Table, partition_key: str, prefix: str, only: Filter) -> tuple[int, list[Item]]:
    """The number of items of a partition whose SK begins with `prefix`, and those of them that pass the filter.

    Reads all of them, perhaps as they were a moment ago.
    """
    pages = list(_pages(table, _beginning(table, partition_key, prefix, only)))
    return sum(page["ScannedCount"] for page in pages), [decode(item) for page in pages for item in page["Items"]]


def scan(table: Table, only: Filter | None = None, *, attributes: str = "") -> Iterator[Item]:
    """All items of a table, in any order. Only for operators' commands: it reads the whole table.

    `attributes` are the wanted ones, separated by commas; "" stands for all.
    """
    request: dict[str, Any] = {"TableName": table.name}
    if only:
        request |= {"FilterExpression": only.expression, "ExpressionAttributeValues": encode(only.values)}
    if attributes:
        request["ProjectionExpression"] = attributes
    return (decode(item) for page in _pages(table, request, "scan") for item in page["Items"])


def _beginning(table: Table, partition_key: str, prefix: str, only: Filter | None) -> dict[str, Any]:
    values = {":partition": partition_key, ":prefix": prefix}
    return _request(table, "PK = :partition AND begins_with(SK, :prefix)", values, only)


def _between(table: Table, partition_key: str, low: str, high: str, only: Filter | None) -> dict[str, Any]:
    values = {":partition": partition_key, ":low": low, ":high": high}
    return _request(table, "PK = :partition AND SK BETWEEN :low AND :high", values, only)


def _request(table: Table, condition: str, values: Item, only: Filter | None) -> dict[str, Any]:
    request: dict[str, Any] = {
        "TableName": table.name,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": encode({**values, **(only.values if only else {})}),
    }
    if only:
        request["FilterExpression"] = only.expression
    if only and only.names:
        request["ExpressionAttributeNames"] = dict(only.names)
    return request


def _items(table: Table, request: dict[str, Any]) -> Iterator[Item]:
    return (decode(item) for page in _pages(table, request) for item in page["Items"])


def _pages(table: Table, request: dict[str, Any], method: Literal["query", "scan"] = "query") -> Iterator[Any]:
    while True:
        response: Any = table.send(getattr(table.client, method), **request)
        yield response
        if "LastEvaluatedKey" not in response:
            return
        request = {**request, "ExclusiveStartKey": response["LastEvaluatedKey"]}
