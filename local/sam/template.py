"""The template of `sam local start-api`: the built one, in which no two events have the same path and method.

On API Gateway, an operation's own method comes before the router's event for any method (`ANY`) at the same path.
`sam local start-api` takes one of the two by chance. So here the router has an event for each method that is left.
"""

import os
from pathlib import Path
from typing import Any

import yaml

from local.stack.paths import BUILD

START_API_TEMPLATE = BUILD.parent / "start-api.yaml"
"""samconfig.toml names it."""

_METHODS = ("GET", "DELETE", "PUT", "POST", "HEAD", "OPTIONS", "PATCH")
_CODE = ("CodeUri", "ContentUri", "DefinitionUri")


def write_start_api_template() -> None:
    """Write the template next to the build."""
    template = yaml.safe_load((BUILD / "template.yaml").read_text())
    resources = template["Resources"].values()
    for properties in (resource.get("Properties", {}) for resource in resources):
        for member in _CODE:
            if isinstance(properties.get(member), str):
                properties[member] = os.path.join(BUILD.name, properties[member])  # noqa: PTH118 - keeps ".."
    router = template["Resources"]["ServiceStackFunction"]["Properties"]
    taken = _methods_by_path(template)
    router["Events"] = {
        f"{name}{method.title()}": {**event, "Properties": {**event["Properties"], "Method": method}}
        for name, event in router["Events"].items()
        for method in _METHODS
        if method not in taken.get(event["Properties"]["Path"], ())
    }
    _replace(START_API_TEMPLATE, yaml.safe_dump(template, sort_keys=False))


def _methods_by_path(template: dict[str, Any]) -> dict[str, set[str]]:
    """The methods of the operations' own events, by path."""
    found: dict[str, set[str]] = {}
    for resource in template["Resources"].values():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            if event["Type"] == "Api" and (method := event["Properties"]["Method"].upper()) != "ANY":
                found.setdefault(event["Properties"]["Path"], set()).add(method)
    return found


def _replace(file: Path, text: str) -> None:
    """Write the file at once, because another `make sam-up` may write it too."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}")
    temporary.write_text(text)
    temporary.replace(file)
