"""Absolute URLs of this API."""

from collections.abc import Mapping
from typing import Any


def absolute_url(event: Mapping[str, Any], public_url: str, path: str) -> str:
    """The absolute URL of one of this API's paths. The event is that of a Received.

    `public_url` is the API's base address where the event does not show it (behind a proxy, on the local stack). If it
    is empty, the URL has the domain that the caller used and whatever API Gateway puts before our path (a stage, a base
    path).
    """
    if public_url:
        return public_url + path
    context = event["requestContext"]
    base_path = (context.get("path") or "").removesuffix(event["path"])
    return f"https://{context.get('domainName')}{base_path}{path}"
