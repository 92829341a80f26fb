"""A table's earlier state, for operators' commands: restored into a table of its own, and copied back from there."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.dynamodb.keys import ROSTER, TRIALS, UNDECIDED, partition
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.errors import Conflict, NotFound, RetriableError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_AT_ONCE = 100

_LEFT_OUT = (ROSTER, UNDECIDED, TRIALS)
"""Items that belong to one sync or one minute. A sync does without them: it then compares everybody."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The items of a restored table, counted: those that the table has, and those that it lacks."""

    present: int
    missing: int
    companies: frozenset[str]
    """The companies of the missing items."""


def restore(client: "DynamoDBClient", table: str, at: datetime) -> str:
    """Begins to restore the table's state at this time into a new table, and returns its name.

    Raises NotFound if there is no such state, and Conflict if it was restored before.
    """
    target = f"{table}-restored-{at.astimezone(UTC):%Y%m%dT%H%M%S}"
    errors = client.exceptions
    try:
        client.restore_table_to_point_in_time(SourceTableName=table, TargetTableName=target, RestoreDateTime=at)
    except errors.TableAlreadyExistsException:
        raise Conflict(f"{target} exists already. Put its items back, or delete it first.") from None
    except (errors.InvalidRestoreTimeException, errors.PointInTimeRecoveryUnavailableException):
        raise NotFound(
            f"DynamoDB cannot restore {table} at that time. It can for the last 35 days, except for the last 5 minutes."
        ) from None
    return target


def put_back(client: "DynamoDBClient", restored: str, table: str, now: datetime, *, only_count: bool) -> Missing:
    """Puts the items that the table lacks back from a restored one. It never changes an item that the table has.

    Raises NotFound, or RetriableError while the restored table is not complete.
    """
    source, target = Table(client, restored), Table(client, table)
    names = _key_names(source)
    present, missing, companies = 0, 0, set()
    for some in batched(_items(source, now), _AT_ONCE, strict=False):
        keys = {tuple(item[name]["S"] for name in names): item for item in some}
        there = _present(target, names, keys.values())
        lacking = {key: item for key, item in keys.items() if key not in there}
        present, missing = present + len(there), missing + len(lacking)
        companies |= {key[0].removeprefix(partition("")) for key in lacking if key[0].startswith(partition(""))}
        for item in [] if only_count else lacking.values():
            _add(target, item)
    return Missing(present, missing, frozenset(companies))


def _key_names(table: Table) -> list[str]:
    try:
        described = table.send(table.client.describe_table, TableName=table.name)["Table"]
    except table.client.exceptions.ResourceNotFoundException:
        raise NotFound(f"There is no table {table.name}.") from None
    if described["TableStatus"] != "ACTIVE":
        raise RetriableError(
            f"{table.name} is not complete yet ({described['TableStatus']}). Try again in some minutes."
        )
    return [each["AttributeName"] for each in described["KeySchema"]]


def _items(table: Table, now: datetime) -> Iterator[Mapping[str, Any]]:
    """The items worth putting back, as DynamoDB has them."""
    pages = table.client.get_paginator("scan").paginate(TableName=table.name, ConsistentRead=True)
    for page in pages:
        for item in page["Items"]:
            has_expired = int(item.get("ExpiresAt", {}).get("N", now.timestamp() + 1)) <= now.timestamp()
            if not has_expired and not item.get("SK", {"S": ""})["S"].startswith(_LEFT_OUT):
                yield item


def _present(table: Table, names: list[str], items: Iterable[Mapping[str, Any]]) -> set[tuple[str, ...]]:
    wanted: dict[str, Any] = {
        table.name: {
            "Keys": [{name: item[name] for name in names} for item in items],
            "ProjectionExpression": ", ".join(names),
            "ConsistentRead": True,
        }
    }
    found: set[tuple[str, ...]] = set()
    while wanted:
        response = table.send(table.client.batch_get_item, RequestItems=wanted)
        found |= {tuple(item[name]["S"] for name in names) for item in response["Responses"].get(table.name, [])}
        wanted = response.get("UnprocessedKeys") or {}
    return found


def _add(table: Table, item: Mapping[str, Any]) -> None:
    try:
        table.send(
            table.client.put_item, TableName=table.name, Item=item, ConditionExpression="attribute_not_exists(PK)"
        )
    except table.client.exceptions.ConditionalCheckFailedException:
        return  # somebody else has added it since
