"""The version of the deployment: the release in CHANGELOG.md, and the commit (tools/parameters)."""

import os
from functools import cache


@cache
def version() -> str:
    """For example `0.2.0+b3c951b`, or "unknown" outside a deployment."""
    return os.environ.get("VERSION") or "unknown"
