"""Transactions: several writes, all of them or none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.dynamodb.attempts import attempts
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.adapters.dynamodb.table import Table

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_TRANSIENT_REASONS = frozenset({"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"})
"""Reasons of a cancelled transaction after which the same transaction may succeed."""


@dataclass(frozen=True, slots=True)
class Cancellation:
    """The reason why one write of a transaction failed: DynamoDB's code, and the item that the write met.

    The code is "None" if this write was not what cancelled the transaction.
    """

    code: str
    item: Item | None

    @property
    def failed_condition(self) -> bool:
        """True if the write's own condition did not hold."""
        return self.code == "ConditionalCheckFailed"


class TransactionCancelled(Exception):
    """A transaction wrote nothing; `reasons` has one entry for each of its writes, in their order."""

    def __init__(self, reasons: list[Cancellation]) -> None:
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


def transact(table: Table, writes: "Sequence[TransactWriteItemTypeDef]") -> None:
    """Make all these writes or none. The SDK adds a token, so that its retries do not write twice.

    Raises TransactionCancelled if a condition did not hold. A transaction that only met another one on the same item is
    tried again, because the SDK does not retry that; RetriableError if it still fails.
    """
    for _ in attempts():
        try:
            table.send(table.client.transact_write_items, TransactItems=writes)
        except table.client.exceptions.TransactionCanceledException as error:
            reasons = [
                Cancellation(reason.get("Code", "None"), decode(reason["Item"]) if reason.get("Item") else None)
                for reason in error.response["CancellationReasons"]
            ]
            if any(reason.failed_condition for reason in reasons):
                raise TransactionCancelled(reasons) from None
            if not any(reason.code in _TRANSIENT_REASONS for reason in reasons):
                raise
        else:
            return
    raise table.busy()


def put_write(
    table: Table, item: Item, condition: str | None = None, condition_values: Item | None = None
) -> "TransactWriteItemTypeDef":
    """A put in a transaction. If the condition fails, the reason has the item that the put met."""
    put: Any = {"TableName": table.name, "Item": encode(item)}
    if condition:
        put |= {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    if condition_values:
        put["ExpressionAttributeValues"] = encode(condition_values)
    return {"Put": put}


def update_write(table: Table, update: Update) -> "TransactWriteItemTypeDef":
    """An update in a transaction. If the condition fails, the reason has the item that the update met."""
    request: Any = {**update.request(table.name), "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
    return {"Update": request}


def check_write(table: Table, primary_key: Item, condition: str, condition_values: Item) -> "TransactWriteItemTypeDef":
    """A condition of a transaction on an item that it does not write. If it fails, the reason has that item."""
    check: Any = {
        "TableName": table.name,
        "Key": encode(primary_key),
        "ConditionExpression": condition,
        "ExpressionAttributeValues": encode(condition_values),
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    return {"ConditionCheck": check}
