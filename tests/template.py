"""template.yaml for tests. They read the source, so they need no build."""

from copy import deepcopy
from functools import cache
from typing import Any

import yaml

from local.stack.paths import ROOT

BEHIND_THE_API = [
    "AuthorizerFunction",
    "ServiceStackFunction",
    "UserSyncApiFunction",
    "UserSyncSettingsFunction",
    "VossApiFunction",
]
"""The functions that API Gateway calls, through their aliases."""


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`) as their long forms (`{"Ref": …}`)."""


def _long_form(loader: _Loader, name: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    match node:
        case yaml.ScalarNode():
            value = loader.construct_scalar(node)
        case yaml.SequenceNode():
            value = loader.construct_sequence(node, deep=True)
        case _:
            raise TypeError(f"!{name} has a value that this reader does not know.")
    if name == "GetAtt":
        value = value.split(".", 1)
    return {name if name in ("Ref", "Condition") else f"Fn::{name}": value}


_Loader.add_multi_constructor("!", _long_form)


def template() -> dict[str, Any]:
    """The whole template, in a copy that a test may change."""
    return deepcopy(_source())


def deployer() -> dict[str, Any]:
    """The template of the deployer's policies."""
    found: dict[str, Any] = yaml.load((ROOT / "deployer.yaml").read_text(), _Loader)
    return found


@cache
def _source() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((ROOT / "template.yaml").read_text(), _Loader)
    return found


def resources() -> dict[str, dict[str, Any]]:
    """The template's resources by logical id."""
    found: dict[str, dict[str, Any]] = _source()["Resources"]
    return found


def functions() -> dict[str, dict[str, Any]]:
    """The properties of every Lambda function, by logical id."""
    return {
        name: resource["Properties"]
        for name, resource in resources().items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def api_events(function: str) -> dict[str, tuple[str, str]]:
    """Operation → method and path, for every route that API Gateway sends to this function."""
    return {
        name: (event["Properties"]["Method"].upper(), event["Properties"]["Path"])
        for name, event in functions()[function].get("Events", {}).items()
        if event["Type"] == "Api"
    }
