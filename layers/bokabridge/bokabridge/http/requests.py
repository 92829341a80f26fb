"""Reading a request: path, query and body become one DTO. Names match in any case."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from bokabridge.errors import InvalidInput
from bokabridge.http.wire import WireModel


def parse[Request: WireModel](dto: type[Request], event: APIGatewayProxyEvent) -> Request:
    """The DTO in this event. The path wins over the query, the query over the body. Unknown members are ignored.

    Raises InvalidInput, or pydantic's ValidationError with the names of the fields.
    """
    given = {name.lower(): value for source in _sources(event) for name, value in source.items()}
    wire_names = [member.alias or name for name, member in dto.model_fields.items()]
    return dto.model_validate({name: given[name.lower()] for name in wire_names if given.get(name.lower()) is not None})


def _sources(event: APIGatewayProxyEvent) -> list[Mapping[str, Any]]:
    return [_body(event), event.query_string_parameters or {}, event.path_parameters or {}]


def _body(event: APIGatewayProxyEvent) -> Mapping[str, Any]:
    """The JSON object in the body. An empty or `null` body is an empty request."""
    try:
        text = event.decoded_body
        value = json.loads(text) if text and text.strip() else None
    except (ValueError, RecursionError):
        raise InvalidInput("The body is not valid JSON.", code="SerializationException") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise InvalidInput("The body must be a JSON object.", code="SerializationException")
    return value
