"""Transactions: several writes, all of them or none, and which of them stood in the way."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.dynamodb.attempts import attempts
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.errors import RetriableError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_PASSING = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons of a cancelled transaction that are gone in a moment."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Why one item of a transaction failed: DynamoDB's code ("None": it did not), and the item that stood there."""

    code: str
    item: Item | None

    @property
    def failed_condition(self) -> bool:
        """True when the item's own condition did not hold."""
        return self.code == "ConditionalCheckFailed"


class TransactionCancelled(Exception):
    """A transaction wrote nothing; `reasons` has one entry for each of its items, in their order."""

    def __init__(self, reasons: list[Cancellation]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


def transact(client: "DynamoDBClient", writes: "Sequence[TransactWriteItemTypeDef]") -> None:
    """Makes all these writes or none. (The SDK adds the request token for its retries.)

    Raises TransactionCancelled when a condition did not hold. Transactions that only met another one on the same item
    are tried again, which the SDK does not do; RetriableError when that does not end.
    """
    for _ in attempts():
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


def put_write(table: Table, item: Item, condition: str | None = None) -> "TransactWriteItemTypeDef":
    """A put, as one write of a transaction; the failed condition's item comes back in the reason."""
    put: Any = {"TableName": table.name, "Item": encode(item)}
    if condition:
        put |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {"Put": put}


def update_write(table: Table, update: Update) -> "TransactWriteItemTypeDef":
    """An update, as one write of a transaction; the failed condition's item comes back in the reason."""
    request: Any = {**update.request(table.name), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {"Update": request}


def check_write(table: Table, key: Item, condition: str, values: Item) -> "TransactWriteItemTypeDef":
    """A condition on an item that is not written, as one member of a transaction."""
    check: Any = {
        "TableName": table.name,
        "Key": encode(key),
        "ConditionExpression": condition,
        "ExpressionAttributeValues": encode(values),
    }
    return {"ConditionCheck": check}
