"""Queries: the items of a partition or of an index, in the order of their sort key, page by page."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from bokabridge.adapters.dynamodb.expressions import Filter
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.adapters.dynamodb.table import Table


def query(
    table: Table,
    partition: str,
    prefix: str,
    only: Filter | None = None,
    *,
    newest_first: bool = False,
    limit: int | None = None,
) -> Iterator[Item]:
    """The items of a partition whose SK begins with `prefix`, in SK order, read as they are asked for."""
    values = {":partition": partition, ":prefix": prefix}
    request = _request(table, "PK = :partition AND begins_with(SK, :prefix)", values, only)
    request["ScanIndexForward"] = not newest_first
    if limit:
        request["Limit"] = limit
    return _items(table, request)


def query_between(
    table: Table, partition: str, low: str, high: str, only: Filter | None = None, *, newest_first: bool = False
) -> Iterator[Item]:
    """The items of a partition with low <= SK <= high, in SK order, read as they are asked for."""
    return _items(table, {**_between(table, partition, low, high, only), "ScanIndexForward": not newest_first})


def count_between(table: Table, partition: str, low: str, high: str, only: Filter | None = None) -> int:
    """How many items `query_between` would give."""
    pages = _pages(table, {**_between(table, partition, low, high, only), "Select": "COUNT"})
    return sum(answer["Count"] for answer in pages)


def query_index(table: Table, index: str, attribute: str, value: str, limit: int) -> list[Item]:
    """Up to `limit` items of an index whose hash key is `attribute`, in the order of its range key."""
    request = {
        "TableName": table.name,
        "IndexName": index,
        "KeyConditionExpression": "#attribute = :value",
        "ExpressionAttributeNames": {"#attribute": attribute},
        "ExpressionAttributeValues": encode({":value": value}),
    }
    return list(islice(_items(table, request), limit))


def _between(table: Table, partition: str, low: str, high: str, only: Filter | None) -> dict[str, Any]:
    values = {":partition": partition, ":low": low, ":high": high}
    return _request(table, "PK = :partition AND SK BETWEEN :low AND :high", values, only)


def _request(table: Table, condition: str, values: Item, only: Filter | None) -> dict[str, Any]:
    request: dict[str, Any] = {
        "TableName": table.name,
        "KeyConditionExpression": condition,
        "ExpressionAttributeValues": encode({**values, **(only.values if only else {})}),
    }
    if only:
        request |= {"FilterExpression": only.expression, "ExpressionAttributeNames": dict(only.names)}
    return request


def _items(table: Table, request: dict[str, Any]) -> Iterator[Item]:
    return (decode(item) for answer in _pages(table, request) for item in answer["Items"])


def _pages(table: Table, request: dict[str, Any]) -> Iterator[Any]:
    while True:
        answer = table.client.query(**request)
        yield answer
        if "LastEvaluatedKey" not in answer:
            return
        request = {**request, "ExclusiveStartKey": answer["LastEvaluatedKey"]}
