"""The formats of bodies, by their names. Each format's own module is imported when it is first used."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from bokabridge.http.formats.refused import refused
from bokabridge.http.jsconfig import PLAIN, Switches

if TYPE_CHECKING:
    from bokabridge.http.errors import Failure
    from bokabridge.http.operation import Operation, ResponseBody
    from bokabridge.http.wire import WireModel


@cache
def _imported(module: str) -> Any:
    return import_module(f"{__name__}.{module}")


@dataclass(frozen=True, slots=True)
class Format:
    """A format of bodies.

    `name` is the suffix of paths, the first segment of pre-defined routes, and the value of `?format=`. Responses have
    exactly the `content_type`; requests with one of the `request_types` are read as this format; the media type
    `accept` in an Accept header selects it. `module` reads and writes it.
    """

    name: str
    content_type: str
    accept: str
    request_types: frozenset[str]
    module: str

    def write(self, body: "ResponseBody", switches: Switches = PLAIN) -> str:
        """The text of one DTO."""
        return str(self._module.write(body, switches))

    def write_many(
        self, bodies: "Sequence[ResponseBody]", kind: "type[ResponseBody]", switches: Switches = PLAIN
    ) -> str:
        """The text of a batch's responses, which are all DTOs of this kind."""
        return str(self._module.write_many(bodies, kind, switches))

    def write_tree(self, tree: Any, shape: Any, switches: Switches = PLAIN) -> str:
        """The text of a DTO of this shape that is given as its members (formats.shape)."""
        return str(self._module.write_tree(tree, shape, switches))

    def read(self, text: str, request: "type[WireModel]") -> Mapping[str, Any]:
        """The members of a request, by their names as sent. Raises InvalidInput."""
        members: Mapping[str, Any] = self._module.read(text, request)
        return members

    def read_many(self, text: str, request: "type[WireModel]") -> Sequence[Mapping[str, Any]]:
        """The members of each request of a batch. Raises InvalidInput."""
        items: Sequence[Mapping[str, Any]] = self._module.read_many(text, request)
        return items

    @property
    def _module(self) -> Any:
        return _imported(self.module)


JSON = Format(
    "json",
    content_type="application/json; charset=utf-8",
    accept="application/json",
    request_types=frozenset({"application/json", "text/json"}),
    module="json_",
)

FORMATS: Mapping[str, Format] = {
    known.name: known
    for known in (
        JSON,
        Format(
            "xml",
            content_type="application/xml",
            accept="application/xml",
            request_types=frozenset({"application/xml", "text/xml"}),
            module="xml_",
        ),
        Format(
            "jsv",
            content_type="application/jsv",
            accept="application/jsv",
            request_types=frozenset({"application/jsv", "text/jsv"}),
            module="jsv",
        ),
        Format(
            "csv",
            content_type="text/csv",
            accept="text/csv",
            request_types=frozenset({"text/csv"}),
            module="csv_",
        ),
        Format(
            "jsonl",
            content_type="text/jsonl",
            accept="text/jsonl",
            request_types=frozenset({"text/jsonl"}),
            module="jsonl",
        ),
    )
}
"""The formats of responses. Requests can be FORM too."""

FORM = Format(
    "form",
    content_type="",
    accept="",
    request_types=frozenset({"application/x-www-form-urlencoded", "multipart/form-data"}),
    module="form",
)
"""The bodies of HTML forms, which are only read."""


def format_of(content_type: str) -> Format | None:
    """The format in which a request with this Content-Type is read, whatever its parameters; None if there is none."""
    media_type = content_type.partition(";")[0].strip().lower()
    return next((known for known in (*FORMATS.values(), FORM) if media_type in known.request_types), None)


def decode(body: bytes) -> str:
    """The text of a body in UTF-8, with or without a byte order mark. Raises InvalidInput."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refused("The body is not UTF-8.") from None


def write_error(
    failure: "Failure", operation: "Operation[Any, Any] | None", chosen: Format, switches: Switches = PLAIN
) -> str:
    """The text of a failure.

    It is an ErrorResponse, or the response DTO of the operation if that has a ResponseStatus. `operation` is None for
    failures before the operation is called, which are always an ErrorResponse.
    """
    if operation is None or not getattr(operation.response, "has_response_status", False):
        return chosen.write(failure.body, switches)
    from bokabridge.http.formats.shape import shape_of, tree_of

    shape = shape_of(operation.response)
    return chosen.write_tree(
        {member.name: member.default for member in shape.members} | tree_of(failure.body), shape, switches
    )
