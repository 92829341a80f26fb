"""Which operation a request is for, by its method and path. The router function and the domain functions share this.

An operation has its own path, as ServiceStack's custom routes have, and the pre-defined ones: `/api/{Operation}` and
`/{format}/reply/{Operation}`, or `oneway` in place of `reply`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Protocol
from urllib.parse import unquote

from bokabridge.errors import MethodNotAllowed, NotFound

FORMAT_NAMES = frozenset({"json", "xml", "csv", "jsv", "jsonl", "html"})
"""The formats that a path can name. `html` is JSON with us."""

OVERRIDE = "x-http-method-override"
"""The header, or query parameter, whose value replaces the method."""


class Routable(Protocol):
    """What routing needs of an operation. `path` writes parameters as `{Id}`."""

    @property
    def name(self) -> str:
        """The name of the request DTO."""
        ...

    @property
    def method(self) -> str:
        """The HTTP method in upper case."""
        ...

    @property
    def path(self) -> str:
        """The operation's own path."""
        ...


@dataclass(frozen=True, slots=True)
class Address:
    """What a path says by itself, whether or not there is an operation for it.

    `format` is the suffix or the pre-defined route's format, or None. `operation` is the name of a pre-defined route's
    operation as the caller wrote it, or None for other paths, which `segments` hold without the suffix.
    """

    segments: tuple[str, ...]
    format: str | None = None
    operation: str | None = None
    is_batch: bool = False

    @property
    def is_predefined(self) -> bool:
        """True for ServiceStack's pre-defined routes."""
        return self.operation is not None


@dataclass(frozen=True, slots=True)
class Route[Found: Routable]:
    """The operation that a request is for. `path_parameters` are those of the operation's own path."""

    operation: Found
    format: str | None
    is_predefined: bool
    is_batch: bool
    path_parameters: Mapping[str, str] = field(default_factory=dict)


@lru_cache(256)
def address(path: str) -> Address:
    """Takes a path apart. Slashes at the end do not count."""
    segments = tuple(map(unquote, path.strip("/").split("/")))
    if len(segments) == 2 and segments[0] == "api":
        name, suffix = _without_suffix(segments[1])
        return _predefined(segments, name if suffix else segments[1].partition(".")[0], suffix or "json")
    if len(segments) == 3 and segments[0].lower() in FORMAT_NAMES and segments[1].lower() in ("reply", "oneway"):
        return _predefined(segments, segments[2], segments[0].lower())
    last, suffix = _without_suffix(segments[-1])
    return Address((*segments[:-1], last), suffix)


def match[Found: Routable](method: str, asked: Address, operations: Iterable[Found]) -> Route[Found]:
    """The route of this request. HEAD counts as GET, and a path without parameters goes first.

    Raises NotFound or MethodNotAllowed.
    """
    method = "GET" if method == "HEAD" else method
    if asked.operation is not None:
        return _match_name(method, asked, operations)
    at_path = [(found, values) for found in operations if (values := _values(found.path, asked.segments)) is not None]
    for operation, values in sorted(at_path, key=lambda each: len(each[1])):
        if operation.method == method:
            return Route(operation, asked.format, is_predefined=False, is_batch=False, path_parameters=values)
    if at_path:
        raise MethodNotAllowed(f"{method} is not a method of this path.", [found.method for found, _ in at_path])
    raise NotFound("There is no such operation.")


def method_of(method: str, in_header: str, in_query: str) -> str:
    """The request's method in upper case, or the one that replaces it: OVERRIDE in the headers, or else the query."""
    return (in_header or in_query or method).strip().upper()


def _predefined(segments: tuple[str, ...], name: str, format_name: str) -> Address:
    return Address(segments, format_name, name.removesuffix("[]"), is_batch=name.endswith("[]"))


def _without_suffix(segment: str) -> tuple[str, str | None]:
    name, _, suffix = segment.rpartition(".")
    return (name, suffix) if name and suffix in FORMAT_NAMES else (segment, None)


def _match_name[Found: Routable](method: str, asked: Address, operations: Iterable[Found]) -> Route[Found]:
    wanted = (asked.operation or "").lower()
    operation = next((found for found in operations if found.name.lower() == wanted), None)
    if operation is None:
        raise MethodNotAllowed("The operation does not exist for this service", [])
    if operation.method != method:
        raise MethodNotAllowed(f"{method} is not the method of {operation.name}.", [operation.method])
    return Route(operation, asked.format, is_predefined=True, is_batch=asked.is_batch)


def _values(pattern: str, segments: tuple[str, ...]) -> dict[str, str] | None:
    """The values of the pattern's parameters, or None if the segments do not match it. Literals match in any case."""
    parts = _parts(pattern)
    if len(parts) != len(segments):
        return None
    values = {}
    for (literal, parameter), segment in zip(parts, segments, strict=True):
        if parameter and segment:
            values[parameter] = segment
        elif parameter or literal != segment.lower():
            return None
    return values


@cache
def _parts(pattern: str) -> list[tuple[str, str]]:
    """The parts of a path: each a literal in lower case, or the name of a parameter."""
    parts = pattern.strip("/").split("/")
    return [("", part[1:-1]) if part.startswith("{") else (part.lower(), "") for part in parts]
