"""Items as plain Python values: a dict of str, int, bool, bytes, lists, and dicts of these. None is not stored."""

from collections.abc import Mapping
from typing import Any

Item = dict[str, Any]


def encode(item: Mapping[str, Any]) -> dict[str, Any]:
    """Plain values → DynamoDB's; members that are None are left out."""
    return {
        name: {"S": value} if value.__class__ is str else _attribute(value)  # most values; a sync encodes many
        for name, value in item.items()
        if value is not None
    }


def decode(item: Mapping[str, Any]) -> Item:
    """DynamoDB's values → plain ones."""
    return {name: _value(attribute) for name, attribute in item.items()}


def _attribute(value: str | int | bool | bytes | list[Any] | Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(int(value))}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, list):
        return {"L": [_attribute(member) for member in value]}
    return {"M": encode(value)}


def _value(attribute: Mapping[str, Any]) -> Any:
    ((kind, value),) = attribute.items()
    match kind:
        case "N":
            return int(value)
        case "M":
            return decode(value)
        case "L":
            return [_value(member) for member in value]
        case _:
            return value
