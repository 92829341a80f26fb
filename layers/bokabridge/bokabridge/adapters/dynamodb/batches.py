"""Batches of any size. The items that DynamoDB leaves unprocessed in one call are sent again in the next."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from bokabridge.adapters.aws.clients import pool
from bokabridge.adapters.dynamodb.attempts import attempts
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.adapters.dynamodb.table import Table

_MAX_ITEMS_PER_GET = 100
_MAX_ITEMS_PER_WRITE = 25
"""DynamoDB's own limits."""


def batch_get(table: Table, primary_keys: Sequence[Item]) -> list[Item]:
    """The items with these keys that exist, each once and in any order. Raises RetriableError."""
    unique = {tuple(key.values()): key for key in primary_keys}  # DynamoDB refuses a request that names a key twice
    chunks = batched(unique.values(), _MAX_ITEMS_PER_GET, strict=False)
    return [item for found in pool().map(lambda chunk: _get_chunk(table, chunk), chunks) for item in found]


def batch_put(table: Table, items: Iterable[Item]) -> None:
    """Put all the items, several batches at a time. Raises RetriableError; items written before that stay."""
    list(pool().map(lambda chunk: _put_chunk(table, chunk), batched(items, _MAX_ITEMS_PER_WRITE, strict=False)))


def _get_chunk(table: Table, primary_keys: Sequence[Item]) -> list[Item]:
    wanted: dict[str, Any] = {table.name: {"Keys": [encode(key) for key in primary_keys], "ConsistentRead": True}}
    found: list[Item] = []
    for _ in attempts():
        response = table.send(table.client.batch_get_item, RequestItems=wanted)
        found += [decode(item) for item in response["Responses"].get(table.name, [])]
        wanted = response.get("UnprocessedKeys") or {}
        if not wanted:
            return found
    raise table.busy()


def _put_chunk(table: Table, items: Sequence[Item]) -> None:
    remaining: dict[str, Any] = {table.name: [{"PutRequest": {"Item": encode(item)}} for item in items]}
    for _ in attempts():
        response = table.send(table.client.batch_write_item, RequestItems=remaining)
        remaining = response.get("UnprocessedItems") or {}
        if not remaining:
            return
    raise table.busy()
