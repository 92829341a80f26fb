"""One DynamoDB table, item by item, in plain Python values. Its primary keys are PK and SK.

Its queries, batches and transactions have files of their own, and send their requests through `Table.send`.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.aws.errors import busy, transient_as_retriable
from bokabridge.adapters.dynamodb.attempts import attempts
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.errors import RetriableError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_SERVICE = "The database"


class ConditionFailed(Exception):
    """The condition of a single write did not hold; nothing was written."""


class Table:
    """A table by name. Every method raises RetriableError if DynamoDB is busy or cannot be reached."""

    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self.client = client
        self.name = name

    def send[Response](self, call: Callable[..., Response], **request: Any) -> Response:
        """Send one request through a method of the client, and the same again while a transaction is in its way.

        Raises RetriableError for throttling and for a DynamoDB that fails or cannot be reached; the SDK has retried
        those by then. Every other error is the client's own.
        """
        for _ in attempts():
            try:
                with transient_as_retriable(_SERVICE):
                    return call(**request)
            except self.client.exceptions.TransactionConflictException:
                continue
        raise self.busy()

    def busy(self) -> RetriableError:
        """The error for a caller whose request DynamoDB did not carry out in several attempts."""
        return busy(_SERVICE)

    def find(self, primary_key: Item) -> Item | None:
        """The item with this key as of now, or None."""
        response = self.send(self.client.get_item, TableName=self.name, Key=encode(primary_key), ConsistentRead=True)
        return decode(response["Item"]) if "Item" in response else None

    def delete(self, primary_key: Item, condition: str | None = None, condition_values: Item | None = None) -> None:
        """Delete the item with this key, if there is one. Raises ConditionFailed."""
        request: dict[str, Any] = {"TableName": self.name, "Key": encode(primary_key)}
        if condition:
            request |= {
                "ConditionExpression": condition,
                "ExpressionAttributeValues": encode(condition_values or {}),
            }
        self._write(self.client.delete_item, request)

    def put(self, item: Item, condition: str, condition_values: Item | None = None) -> None:
        """Store one item in place of the one with the same key. Raises ConditionFailed."""
        request: dict[str, Any] = {"TableName": self.name, "Item": encode(item), "ConditionExpression": condition}
        if condition_values:
            request["ExpressionAttributeValues"] = encode(condition_values)
        self._write(self.client.put_item, request)

    def update(self, update: Update) -> Item:
        """Update one item, which is made if it does not exist, and return all of it. Raises ConditionFailed."""
        request = {**update.request(self.name), "ReturnValues": "ALL_NEW"}
        return decode(self._write(self.client.update_item, request)["Attributes"])

    def _write[Response](self, call: Callable[..., Response], request: dict[str, Any]) -> Response:
        try:
            return self.send(call, **request)
        except self.client.exceptions.ConditionalCheckFailedException:
            raise ConditionFailed from None
