"""The base path of a custom domain, such as `/bridge` of https://api.example.com/bridge/customers.

API Gateway finds the resource without it, but leaves it in the event's path
(https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html). The resource tells how much of
the path is ours, so no parameter has to repeat the base path.
"""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote


def own_path(event: Mapping[str, Any]) -> str:
    """The event's path without the base path. The whole path if the event names no resource that matches its end."""
    path = str(event.get("path") or "/")
    if path == event.get("resource"):
        return path
    own = _segments_of_resource(event)
    segments = _segments(path)
    if own is None or len(segments) <= len(own):
        return path
    start = len(segments) - len(own)
    base_path = "/" + "/".join(segments[:start])
    if not all(map(_is_same, own, segments[start:])) or not f"{path}/".startswith(f"{base_path}/"):
        return path
    return path[len(base_path) :] or "/"


def _segments_of_resource(event: Mapping[str, Any]) -> list[str] | None:
    """The resource's segments, with the rest of the path in place of `{proxy+}`. None if the event names neither."""
    resource = event.get("resource")
    if not resource:
        return None
    found: list[str] = []
    for segment in _segments(str(resource)):
        if segment.endswith("+}"):
            rest = (event.get("pathParameters") or {}).get(segment[1:-2])
            if not rest:
                return None
            found += _segments(str(rest))
        else:
            found.append(segment)
    return found


def _segments(path: str) -> list[str]:
    return path.strip("/").split("/") if path.strip("/") else []


def _is_same(own: str, segment: str) -> bool:
    return own.startswith("{") or own in (segment, unquote(segment))
