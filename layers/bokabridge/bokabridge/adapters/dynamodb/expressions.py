"""DynamoDB's expressions, with their values in plain Python."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from bokabridge.adapters.dynamodb.items import Item, encode

_NAME = re.compile(r"#(\w+)")


@dataclass(frozen=True, slots=True)
class Update:
    """An update expression with its values in plain Python; `condition` must hold or the update fails."""

    primary_key: Item
    expression: str
    values: Item
    condition: str | None = None
    names: Mapping[str, str] | None = None

    @classmethod
    def setting(
        cls,
        primary_key: Item,
        members: Item,
        *,
        if_absent: Item | None = None,
        adding: Mapping[str, int] | None = None,
        condition: str | None = None,
        condition_values: Item | None = None,
    ) -> Self:
        """Build the update that makes an item's attributes equal these members; it removes those that are None.

        `if_absent` has attributes that keep the value they have, if they have one. `adding` has amounts to add to
        numbers. In `condition`, `#Name` stands for the attribute `Name`, and `condition_values` has its `:values`.
        No name needs care for DynamoDB's reserved words.
        """
        present = {name: value for name, value in members.items() if value is not None}
        new = {**present, **(if_absent or {}), **(adding or {})}
        sets = [f"#{name} = :new_{name}" for name in present]
        sets += [f"#{name} = if_not_exists(#{name}, :new_{name})" for name in if_absent or {}]
        removes = [f"#{name}" for name in members if name not in present]
        adds = [f"#{name} :new_{name}" for name in adding or {}]
        clauses = {"SET": sets, "REMOVE": removes, "ADD": adds}
        expression = " ".join(f"{verb} {', '.join(actions)}" for verb, actions in clauses.items() if actions)
        values = {**{f":new_{name}": value for name, value in new.items()}, **(condition_values or {})}
        names = {f"#{name}": name for name in _NAME.findall(f"{expression} {condition or ''}")}
        return cls(primary_key, expression, values, condition, names)

    def request(self, table_name: str) -> dict[str, Any]:
        """The parameters of this update in DynamoDB's API, for a call of its own or for a transaction."""
        request: dict[str, Any] = {
            "TableName": table_name,
            "Key": encode(self.primary_key),
            "UpdateExpression": self.expression,
        }
        if self.values:
            request["ExpressionAttributeValues"] = encode(self.values)
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
