"""DynamoDB's expressions, with their values in plain Python."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bokabridge.adapters.dynamodb.items import Item, encode


@dataclass(frozen=True, slots=True)
class Update:
    """An update expression with its values in plain Python; `condition` must hold or the update fails."""

    key: Item
    expression: str
    values: Item
    condition: str | None = None
    names: Mapping[str, str] | None = None

    def request(self, table_name: str) -> dict[str, Any]:
        """The update as DynamoDB is asked for it, by itself or within a transaction."""
        request: dict[str, Any] = {
            "TableName": table_name,
            "Key": encode(self.key),
            "UpdateExpression": self.expression,
            "ExpressionAttributeValues": encode(self.values),
        }
        if self.condition:
            request["ConditionExpression"] = self.condition
        if self.names:
            request["ExpressionAttributeNames"] = dict(self.names)
        return request


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter expression with its names and its values in plain Python."""

    expression: str
    names: Mapping[str, str]
    values: Item
