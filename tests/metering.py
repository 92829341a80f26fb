"""A meter of the AWS calls of this process, in the units in which AWS charges for them.

DynamoDB's units follow from the items before and after each call
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-unit-consumption.html), because moto reports
none for indexes and transactions.
"""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any

import boto3

from tests.template import resources

type Item = dict[str, Any]
type Key = tuple[str, str, str]

_READ_BYTES, _WRITE_BYTES = 4096, 1024
_ITEM_OVERHEAD = 100
"""Bytes that DynamoDB adds to every stored item and to every entry of an index."""


def size_of(item: Item) -> int:
    """An item's bytes, as DynamoDB counts them."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Any) -> int:
    ((kind, content),) = value.items()
    match kind:
        case "S":
            return len(content.encode())
        case "N":
            return math.ceil(len(content.lstrip("-0.").replace(".", "")) / 2) + 1
        case "B":
            return len(content)
        case "M":
            return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in content.items())
        case "L":
            return 3 + sum(1 + _size(each) for each in content)
        case "SS":
            return sum(len(each.encode()) for each in content)
        case _:
            return 1


def _units(size: int, unit: int) -> int:
    return max(1, math.ceil(size / unit))


class Meter:
    """`counts` has read, write and index write units, and the calls of other services by their operation."""

    def __init__(self) -> None:
        self.counts: defaultdict[str, float] = defaultdict(float)
        self._reader: Any = boto3.session.Session().client("dynamodb")
        self._turn = Lock()

    def begin(self, params: Mapping[str, Any], model: Any, context: Item, **_: Any) -> None:
        """Remembers what a write will change. moto's calls must not overlap (tests/atomic.py)."""
        self._turn.acquire()
        context["written"] = list(_writes(model.name, params))
        context["before"] = self._items(context["written"])
        context["params"] = params

    def end(self, parsed: Mapping[str, Any], model: Any, context: Item, **_: Any) -> None:
        """Counts a call that has had a response."""
        params, written = context["params"], context["written"]
        if model.service_model.service_name != "dynamodb":
            self.counts[model.name] += 1
        elif written:
            self._count_writes(written, context["before"], transaction=model.name == "TransactWriteItems")
        else:
            self.counts["read units"] += _read_units(model.name, params, parsed)
        self._turn.release()

    def _count_writes(self, written: list[Key], before: Mapping[Key, Item], *, transaction: bool) -> None:
        after = self._items(written)
        for key in written:
            old, new = before.get(key, {}), after.get(key, {})
            size = max(size_of(old), size_of(new))
            self.counts["write units"] += _units(size, _WRITE_BYTES) * (2 if transaction else 1)
            self.counts["index write units"] += sum(_index_writes(index, old, new) for index in indexes_of(key[0]))

    def _items(self, keys: list[Key]) -> dict[Key, Item]:
        found = {}
        for key in keys:
            table, partition, sort = key
            key_attributes = {"PK": {"S": partition}, **({"SK": {"S": sort}} if sort else {})}
            response = self._reader.get_item(TableName=table, Key=key_attributes)
            if "Item" in response:
                found[key] = response["Item"]
        return found


def indexes_of(table: str) -> list[list[str]]:
    """The key attributes of each index of a table."""
    declared = resources()[table]["Properties"].get("GlobalSecondaryIndexes", [])
    return [[part["AttributeName"] for part in index["KeySchema"]] for index in declared]


def _index_writes(index: list[str], old: Item, new: Item) -> int:
    """An entry that appears or goes is one write, one whose key changes is two. All our entries are below 1 KB."""
    before, after = (tuple(item[name] for name in index) if set(index) <= set(item) else () for item in (old, new))
    return 0 if before == after else bool(before) + bool(after)


def _writes(operation: str, params: Mapping[str, Any]) -> Iterator[Key]:
    """The items that a call writes or, in a transaction, checks."""
    if operation in ("PutItem", "UpdateItem", "DeleteItem"):
        yield _key(params["TableName"], params.get("Item") or params["Key"])
    elif operation == "BatchWriteItem":
        for table, requests in params["RequestItems"].items():
            for request in requests:
                (action,) = request.values()
                yield _key(table, action.get("Item") or action["Key"])
    elif operation == "TransactWriteItems":
        for request in params["TransactItems"]:
            (action,) = request.values()
            yield _key(action["TableName"], action.get("Item") or action["Key"])


def _key(table: str, item: Item) -> Key:
    return table, item["PK"]["S"], item.get("SK", {"S": ""})["S"]


def _read_units(operation: str, params: Mapping[str, Any], parsed: Mapping[str, Any]) -> float:
    if operation == "BatchGetItem":
        return sum(
            _consistency(request)
            * (len(request["Keys"]) - len(items) + sum(_units(size_of(i), _READ_BYTES) for i in items))
            for table, request in params["RequestItems"].items()
            for items in [parsed["Responses"].get(table, [])]
        )
    size = size_of(parsed.get("Item", {})) if operation == "GetItem" else sum(map(size_of, parsed.get("Items", [])))
    return _consistency(params) * _units(size, _READ_BYTES)


def _consistency(request: Mapping[str, Any]) -> float:
    return 1 if request.get("ConsistentRead") else 0.5


def stored_bytes() -> int:
    """The bytes of all items and index entries of this account."""
    client: Any = boto3.session.Session().client("dynamodb")
    total = 0
    for table in client.list_tables()["TableNames"]:
        for page in client.get_paginator("scan").paginate(TableName=table):
            for item in page["Items"]:
                total += size_of(item) + _ITEM_OVERHEAD
                for index in indexes_of(table):
                    if set(index) <= set(item):
                        total += (
                            size_of({name: item[name] for name in {"PK", "SK", *index} & set(item)}) + _ITEM_OVERHEAD
                        )
    return total


@contextmanager
def metered() -> Iterator[Meter]:
    """Meters all clients that are made from now on by boto3's default session."""
    boto3.setup_default_session()
    meter, events = Meter(), boto3.DEFAULT_SESSION.events  # type: ignore[union-attr]
    events.register("provide-client-params.*.*", meter.begin)
    events.register("after-call.*.*", meter.end)
    yield meter
    boto3.setup_default_session()
