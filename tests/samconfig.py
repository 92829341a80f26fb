"""samconfig.toml for tests: what each stage deploys."""

import tomllib
from typing import Any

from local.stack.paths import ROOT

CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())


def deployment(name: str) -> dict[str, Any]:
    """The parameters of `sam deploy` for this stage."""
    found: dict[str, Any] = CONFIG[name]["deploy"]["parameters"]
    return found


def overrides(name: str) -> dict[str, str]:
    """The template's parameters that this stage sets."""
    return dict(pair.split("=", 1) for pair in deployment(name)["parameter_overrides"].split())
