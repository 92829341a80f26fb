"""Batches that finish: as many items as there are, and what DynamoDB leaves over of a batch is asked for again."""

from collections.abc import Iterable, Sequence
from itertools import batched
from typing import Any

from bokabridge.adapters.aws.clients import pool
from bokabridge.adapters.dynamodb.attempts import attempts
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.errors import RetriableError

_MAX_GET = 100
_MAX_WRITE = 25
"""DynamoDB's limits of one batch call."""


def batch_get(table: Table, keys: Sequence[Item]) -> list[Item]:
    """The items with these keys that exist, in any order."""
    chunks = batched(keys, _MAX_GET, strict=False)
    return [item for found in pool().map(lambda chunk: _get_chunk(table, chunk), chunks) for item in found]


def batch_put(table: Table, items: Iterable[Item]) -> None:
    """Puts all the items, several batches at a time. Raises RetriableError; what was written by then stays."""
    list(pool().map(lambda chunk: _write_chunk(table, chunk), batched(items, _MAX_WRITE, strict=False)))


def _get_chunk(table: Table, keys: Sequence[Item]) -> list[Item]:
    wanted: dict[str, Any] = {table.name: {"Keys": [encode(key) for key in keys], "ConsistentRead": True}}
    found: list[Item] = []
    for _ in attempts():
        answer = table.client.batch_get_item(RequestItems=wanted)
        found += [decode(item) for item in answer["Responses"].get(table.name, [])]
        wanted = answer.get("UnprocessedKeys") or {}
        if not wanted:
            return found
    raise RetriableError("The database is too busy to answer.")


def _write_chunk(table: Table, items: Sequence[Item]) -> None:
    remaining: dict[str, Any] = {table.name: [{"PutRequest": {"Item": encode(item)}} for item in items]}
    for _ in attempts():
        remaining = table.client.batch_write_item(RequestItems=remaining).get("UnprocessedItems") or {}
        if not remaining:
            return
    raise RetriableError("The database is too busy to write.")
