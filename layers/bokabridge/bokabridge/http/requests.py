"""Reading a request: path, query and body become one DTO. Names match in any case."""

import base64
import difflib
import json
from collections.abc import Iterable, Mapping
from typing import Any, NoReturn

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from bokabridge.errors import InvalidInput, RequestTooLarge
from bokabridge.http.operation import Operation
from bokabridge.http.wire import WireModel

MAX_BODY_KILOBYTES = 256
"""The largest body by our own rule. API Gateway's limit is 10 MB, Lambda's 6 MB, and no request needs a tenth of it."""

_SERVICESTACK_PARAMETERS = frozenset({"callback", "debug", "format", "jsconfig", "v", "x-ss-id", "x-ss-opt", "_"})
"""What ServiceStack's clients, and jQuery (`_`), may add to any query."""


def read[Request: WireModel](operation: Operation[Request, Any], event: APIGatewayProxyEvent) -> Request:
    """The DTO in this event. The path wins over the query, the query over the body.

    Unknown members are ignored, because BokaMera's clients send some. In the query of an operation of our own they are
    an error: a filter that nobody applies looks like a list that is complete.

    Raises RequestTooLarge, InvalidInput, or pydantic's ValidationError with the names of the fields.
    """
    wire_names = [member.alias or name for name, member in operation.request.model_fields.items()]
    sources = [_body(event), event.query_string_parameters or {}, event.path_parameters or {}]
    if operation.is_ours:
        _refuse_unknown(sources[1], wire_names)
    given = {name.lower(): value for source in sources for name, value in source.items()}
    return operation.request.model_validate(
        {name: given[name.lower()] for name in wire_names if given.get(name.lower()) is not None}
    )


def _refuse_unknown(query: Iterable[str], wire_names: Iterable[str]) -> None:
    known = {name.lower(): name for name in wire_names}
    for name in query:
        if name.lower() in known or name.lower() in _SERVICESTACK_PARAMETERS:
            continue
        nearest = difflib.get_close_matches(name.lower(), known, n=1)
        advice = f"Did you mean '{known[nearest[0]]}'?" if nearest else f"It has {', '.join(known.values())}."
        shown = name[:50].encode("ascii", "replace").decode()
        raise InvalidInput(f"'{shown}' is not a parameter of this operation. {advice}", shown, "UnknownParameter")


def _body(event: APIGatewayProxyEvent) -> Mapping[str, Any]:
    """The JSON object in the body. An empty or `null` body is an empty request."""
    try:
        raw = _raw_body(event)
        if len(raw) > MAX_BODY_KILOBYTES * 1024:
            raise RequestTooLarge(MAX_BODY_KILOBYTES)
        text = raw.decode("utf-8-sig")
        value = json.loads(text, parse_constant=_refuse_constant) if text.strip() else None
    except (ValueError, RecursionError):
        raise InvalidInput("The body is not valid JSON.", code="SerializationException") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInput("The body must be a JSON object.", code="SerializationException")
    return value


def _raw_body(event: APIGatewayProxyEvent) -> bytes:
    """The body's bytes as the caller sent them. Raises ValueError."""
    body = event.body or ""
    return base64.b64decode(body, validate=True) if event.is_base64_encoded else body.encode()


def _refuse_constant(name: str) -> NoReturn:
    """Refuses NaN and Infinity, which Python reads although JSON has no such values."""
    raise ValueError(name)
