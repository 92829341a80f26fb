"""The built template, as tests look at it."""

from typing import Any

import yaml

from local.stack.paths import BUILD


def template() -> dict[str, Any]:
    """The whole of it."""
    found: dict[str, Any] = yaml.safe_load((BUILD / "template.yaml").read_text())
    return found


def resources() -> dict[str, dict[str, Any]]:
    """The template's resources by logical id."""
    found: dict[str, dict[str, Any]] = template()["Resources"]
    return found


def api_events() -> dict[str, tuple[str, str]]:
    """Operation → method and path, of every event of every function."""
    return {
        name: (event["Properties"]["Method"].upper(), event["Properties"]["Path"])
        for resource in resources().values()
        for name, event in resource.get("Properties", {}).get("Events", {}).items()
        if event["Type"] == "Api"
    }
