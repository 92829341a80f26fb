"""Reading a request: path, query and body become one DTO. Names match in any case.

On an operation's own path, the path wins over a form, a form over the query, and the query over any other body. On a
pre-defined route, the body wins, and the query fills the members that the body leaves at their defaults.
"""

import base64
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bokabridge.errors import InvalidFields, InvalidInput, RequestTooLarge, UnsupportedMediaType
from bokabridge.http.formats import FORM, FORMATS, JSON, Format, decode, format_of
from bokabridge.http.operation import Operation
from bokabridge.http.received import Received
from bokabridge.http.routes import OVERRIDE, Route
from bokabridge.http.wire import WireModel, is_unreadable
from bokabridge.ids import EMPTY_GUID

MAX_BODY_KILOBYTES = 256
"""The largest body by our own rule. API Gateway's limit is 10 MB, Lambda's 6 MB, and no request needs a tenth of it."""

_SHOWN_CHARACTERS = 100
"""An error repeats at most this much of a value."""

_SERVICESTACK_PARAMETERS = frozenset(
    {"callback", "debug", "format", "jsconfig", "v", "x-ss-id", "x-ss-opt", "_", OVERRIDE}
)
"""What ServiceStack's clients, and jQuery (`_`), may add to any query."""

type AnyOperation = Operation[Any, Any]


@dataclass(frozen=True, slots=True)
class Given:
    """A value of the request, by the name that the caller wrote. `is_text` is True outside of typed bodies."""

    name: str
    value: Any
    is_text: bool = False


type Members = Mapping[str, Given]
"""The values of one request DTO, by their names in lower case."""


def read(route: Route[AnyOperation], received: Received) -> Members:
    """The values for the route's operation. Unknown members are ignored, because BokaMera's clients send some.

    In the query of an operation of our own they are an error: a filter that nobody applies looks like a list that is
    complete. Raises RequestTooLarge, UnsupportedMediaType or InvalidInput.
    """
    text = _body(received)
    body_format = _body_format(route, received, text)
    body = body_format.read(text, route.operation.request) if body_format else {}
    return _merged(route, received, body, is_form=body_format is FORM)


def read_many(route: Route[AnyOperation], received: Received) -> list[Members]:
    """The values for each item of a batch. Raises what `read` raises."""
    text = _body(received)
    body_format = _body_format(route, received, text)
    items = body_format.read_many(text, route.operation.request) if body_format else []
    return [_merged(route, received, item, is_form=False) for item in items]


def bind[Request: WireModel](operation: Operation[Request, Any], members: Members) -> Request:
    """The DTO with these values.

    Raises InvalidFields for texts that cannot be read as their members' types, as ServiceStack's binding does, or
    pydantic's ValidationError with what the validators refuse.
    """
    names = _wire_names(operation.request)
    try:
        return operation.request.model_validate(
            {name: members[key].value for key, name in names.items() if key in members}
        )
    except ValidationError as error:
        unreadable = _unreadable(error.errors(include_url=False, include_input=False), members)
        if unreadable:
            raise InvalidFields(unreadable, f"Unable to bind to request '{operation.name}'") from None
        raise


@cache
def _wire_names(request: type[WireModel]) -> Mapping[str, str]:
    """The names of the members, by these names in lower case."""
    names = (member.alias or name for name, member in request.model_fields.items())
    return {name.lower(): name for name in names}


def _unreadable(details: Sequence[ErrorDetails], members: Members) -> list[InvalidInput]:
    found = []
    for detail in details:
        given = members.get(str(detail["loc"][0]).lower()) if detail["loc"] else None
        if given and given.is_text and is_unreadable(detail):
            name, value = _shown(given.name), _shown(str(given.value))
            message = f"'{value}' is an Invalid value for '{name}'"
            found.append(InvalidInput(message, name, "SerializationException"))
    return found


def _shown(text: str) -> str:
    """The start of a text, without what cannot be sent."""
    return text[:_SHOWN_CHARACTERS].encode("utf-8", "replace").decode()


def _merged(route: Route[AnyOperation], received: Received, body: Mapping[str, Any], *, is_form: bool) -> Members:
    if route.operation.is_ours:
        request: type[WireModel] = route.operation.request
        _refuse_unknown((parameter.name for parameter in received.query.values()), _wire_names(request))
    in_body = {name.lower(): Given(name, value, is_form) for name, value in body.items() if value is not None}
    in_query = {key: Given(each.name, each.value, is_text=True) for key, each in received.query.items()}
    in_path = {name.lower(): Given(name, value, is_text=True) for name, value in route.path_parameters.items()}
    if is_form:
        return {**in_query, **in_body, **in_path}
    if route.is_predefined:
        return {**in_query, **{key: given for key, given in in_body.items() if key not in in_query or _is_set(given)}}
    return {**in_body, **in_query, **in_path}


def _is_set(given: Given) -> bool:
    """False for the defaults of .NET's numbers, booleans and GUIDs in JSON, for which ServiceStack takes the query."""
    return given.value not in (0, EMPTY_GUID)


def _refuse_unknown(query: Iterable[str], known: Mapping[str, str]) -> None:
    for name in query:
        if name.lower() in known or name.lower() in _SERVICESTACK_PARAMETERS:
            continue
        nearest = difflib.get_close_matches(name.lower(), known, n=1)
        advice = f"Did you mean '{known[nearest[0]]}'?" if nearest else f"It has {', '.join(known.values())}."
        shown = name[:50].encode("ascii", "replace").decode()
        raise InvalidInput(f"'{shown}' is not a parameter of this operation. {advice}", shown, "UnknownParameter")


def _body_format(route: Route[AnyOperation], received: Received, text: str) -> Format | None:
    """The format of the body, or None for an empty one. `null` is an empty one: the PyPI client sends it for `{}`."""
    if text.strip() in ("", "null"):
        return None
    found = format_of(received.headers.get("content-type", ""))
    if found is None and route.is_predefined:
        found = FORMATS.get(route.format or "", JSON)
    if found is None:
        raise UnsupportedMediaType
    return found


def _body(received: Received) -> str:
    raw = _raw_body(received.event)
    if len(raw) > MAX_BODY_KILOBYTES * 1024:
        raise RequestTooLarge(MAX_BODY_KILOBYTES)
    return decode(raw) if raw else ""


def _raw_body(event: Mapping[str, Any]) -> bytes:
    """The body's bytes as the caller sent them."""
    body = event.get("body") or ""
    try:
        return base64.b64decode(body, validate=True) if event.get("isBase64Encoded") else body.encode()
    except ValueError:
        raise InvalidInput("The body is not UTF-8.", code="SerializationException") from None
