"""The rules of template.yaml, evaluated as CloudFormation evaluates them before it touches any resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/rules-section-structure.html
"""

from collections.abc import Mapping
from typing import Any

from tests.template import template


def objections(given: Mapping[str, str]) -> list[str]:
    """The descriptions of the assertions that fail with these parameters, and the defaults for all others."""
    found = template()
    defaults = {name: str(each["Default"]) for name, each in found["Parameters"].items() if "Default" in each}
    values = {**defaults, **given}
    return [
        assertion["AssertDescription"]
        for rule in found["Rules"].values()
        if _is_true(rule.get("RuleCondition", {"Fn::Equals": ["", ""]}), values)
        for assertion in rule["Assertions"]
        if not _is_true(assertion["Assert"], values)
    ]


def _is_true(condition: dict[str, Any], values: Mapping[str, str]) -> bool:
    """Raises KeyError for a parameter without a value, and TypeError for functions that rules do not have."""
    match condition:
        case {"Fn::Equals": [first, second]}:
            return _value(first, values) == _value(second, values)
        case {"Fn::Not": [inner]}:
            return not _is_true(inner, values)
        case {"Fn::And": inner}:
            return all(_is_true(each, values) for each in inner)
        case {"Fn::Or": inner}:
            return any(_is_true(each, values) for each in inner)
    raise TypeError(condition)


def _value(value: Any, values: Mapping[str, str]) -> str:
    match value:
        case {"Ref": name}:
            return values[name]
        case str():
            return value
    raise TypeError(value)
