"""One DynamoDB table, item by item, in plain Python values. Keys are PK and SK.

Transactions, queries and batches of a table are in the files of these names.
"""

from typing import TYPE_CHECKING, Any

from bokabridge.adapters.dynamodb.attempts import attempts
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item, decode, encode
from bokabridge.errors import RetriableError

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class ConditionFailed(Exception):
    """The condition of a single write did not hold; nothing was written."""


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
        request = update.request(self.name)
        for _ in attempts():
            try:
                answer = self.client.update_item(**request, ReturnValues="ALL_NEW")
            except self.client.exceptions.ConditionalCheckFailedException:
                raise ConditionFailed from None
            except self.client.exceptions.TransactionConflictException:
                continue
            return decode(answer["Attributes"])
        raise RetriableError("The database is too busy to write.")
