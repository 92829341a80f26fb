"""The OpenAPI document that follows from the declarations of the operations. https://spec.openapis.org/oas/v3.1.1.html"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pydantic.alias_generators import to_snake
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from bokabridge.http.errors import ErrorResponse
from bokabridge.operations.index import OPERATIONS
from bokabridge.operations.voss import CREATE_VOSS_USAGE, KEY_HEADER, MAX_KEY_CHARACTERS
from codegen.contract import VOSS_RESULT
from codegen.declarations import read_model
from codegen.examples import REQUESTS
from codegen.model import Call, ClassType, EnumType, Member, Model
from codegen.openapi_responses import error_responses, responses

type Json = dict[str, Any]

_DESCRIPTION = """\
Turns a company's Axema users into BokaMera customers, and forwards usage to VOSS.

The operations are those of BokaMera's API, and some of our own. Clients of ServiceStack can call them by their names
(`/api/{Operation}`), and get XML, CSV, JSV or JSON Lines instead of JSON: see /metadata."""

_TAGS = {
    "codelock": "The sync of Axema users, and the Axema settings.",
    "customers": "The customers that came out of it.",
    "voss": "Usage to be invoiced by VOSS.",
}

_SECURITY_SCHEMES: Json = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "An access token of BokaMera's identity server.",
    },
    "apiKey": {
        "type": "apiKey",
        "in": "header",
        "name": "x-api-key",
        "description": "A company's API key.",
    },
}

_KEY_PARAMETER: Json = {
    "name": KEY_HEADER,
    "in": "header",
    "description": "A key of your choice. Another request with the same key bills nothing, and gets the same outcome.",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARACTERS, "pattern": "^[!-~]+$"},
}

_BOUNDS = {"ge": "minimum", "le": "maximum"}
"""Pydantic leaves its own words in the schema where a bound stands before our reading of a number."""

_REFERENCE = r'"#/components/schemas/(\w+)"'

_FORMATS = {"Guid": "uuid", "DateTime": "date-time"}


def document(version: str, base_url: str, company_ids: Sequence[str] = ()) -> Json:
    """All operations with their parameters, bodies and responses, for this version of bokabridge.

    `base_url` is the API's address. If there are `company_ids`, a request's CompanyId is one of them.
    """
    schemas, paths = _operations(company_ids)
    used = _used(schemas, paths)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "bokabridge",
            "version": version,
            "description": _DESCRIPTION,
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": base_url}],
        "tags": [{"name": name, "description": text} for name, text in _TAGS.items()],
        "security": [{"bearer": []}, {"apiKey": []}],
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in sorted(schemas.items()) if name in used},
            "responses": error_responses(),
            "securitySchemes": _SECURITY_SCHEMES,
        },
    }


def _operations(company_ids: Sequence[str]) -> tuple[Json, Json]:
    """The schemas of all bodies, and the paths."""
    model = read_model()
    inputs: list[tuple[Any, JsonSchemaMode]] = [(each.request, "validation") for each in OPERATIONS]
    outputs: list[tuple[Any, JsonSchemaMode]] = [(each.response, "serialization") for each in OPERATIONS]
    references, definitions = models_json_schema(
        [*inputs, *outputs, (ErrorResponse, "serialization")],
        by_alias=True,
        ref_template="#/components/schemas/{model}",
    )
    schemas: Json = {name: _plain(schema, model) for name, schema in definitions["$defs"].items()}
    paths: dict[str, Json] = {}
    for operation, call in zip(OPERATIONS, model.calls, strict=True):
        parameters, body = _request(call, _members(schemas.pop(operation.name), call, model, company_ids))
        if body:
            schemas[operation.name] = body
        success = _success(call, references[operation.response, "serialization"])
        paths.setdefault(operation.path, {})[operation.method.lower()] = {
            "operationId": operation.name,
            "tags": [call.tag],
            "summary": operation.summary,
            **({"description": operation.notes} if operation.notes else {}),
            "parameters": [*([_KEY_PARAMETER] if operation is CREATE_VOSS_USAGE else []), *parameters],
            **(_body(operation.name, body) if body else {}),
            "responses": responses(operation, call, success),
        }
    return schemas, paths


def _used(schemas: Json, paths: Json) -> set[str]:
    """The names of the schemas that the paths, the errors and other schemas refer to."""
    found: set[str] = set()
    left = [ErrorResponse.__name__, *re.findall(_REFERENCE, json.dumps(paths))]
    while left:
        if (name := left.pop()) not in found:
            found.add(name)
            left += re.findall(_REFERENCE, json.dumps(schemas[name]))
    return found


def _request(call: Call, members: Mapping[str, Json]) -> tuple[list[Json], Json]:
    """The parameters, and the schema of the body ({} without a body)."""
    in_body = [member for member in call.request.members if member.parameter == "body"]
    parameters = [
        {
            "name": member.wire,
            "in": member.parameter,
            "required": "IsRequired=true" in member.api_member,
            **({"description": member.description} if member.description else {}),
            "schema": members[member.wire],
        }
        for member in call.request.members
        if member not in in_body
    ]
    if not in_body:
        return parameters, {}
    body: Json = {"type": "object", "properties": {member.wire: _described(member, members) for member in in_body}}
    required = [member.wire for member in in_body if "IsRequired=true" in member.api_member]
    return parameters, body | ({"required": required} if required else {})


def _described(member: Member, members: Mapping[str, Json]) -> Json:
    return {**members[member.wire], **({"description": member.description} if member.description else {})}


def _body(operation: str, schema: Json) -> Json:
    """A body that a request needs only for its required members."""
    reference = {"$ref": f"#/components/schemas/{operation}"}
    content = {"application/json": {"schema": reference, "example": REQUESTS[operation]}}
    return {"requestBody": {"required": "required" in schema, "content": content}}


def _success(call: Call, reference: Json) -> Json:
    """The schema of a success. VOSS's result is an empty object if VOSS has the usage, but no readable result."""
    if call.returns.name == VOSS_RESULT:
        return {"anyOf": [reference, {"type": "object", "maxProperties": 0}]}
    return reference


def _members(schema: Json, call: Call, model: Model, company_ids: Sequence[str]) -> Json:
    """The schemas of a request's members, with what pydantic cannot see: names of enums, and our bounds of numbers."""
    found = {}
    for member in call.request.members:
        enum = model.types.get(member.type.name)
        if isinstance(enum, EnumType):
            found[member.wire] = {"type": "string", "enum": list(enum.names)}
        else:
            plain = schema["properties"][member.wire]
            found[member.wire] = {_BOUNDS.get(name, name): value for name, value in plain.items() if name != "default"}
            found[member.wire] |= _format(member)
    if company_ids and "CompanyId" in found:
        found["CompanyId"] = {"type": "string", "enum": list(company_ids)}
    return found


def _plain(schema: Json, model: Model) -> Json:
    """The schema of a DTO without what only fits Python: made-up titles, and null, which our JSON does not have."""
    plain: Json = {name: value for name, value in schema.items() if name not in ("title", "required", "properties")}
    if "properties" not in schema:
        return plain
    if "description" in plain:
        plain["description"] = _on_the_wire(plain["description"], schema["properties"])
    known = model.types.get(schema["title"])
    members = {member.wire: member for member in known.members} if isinstance(known, ClassType) else {}
    optional = {name for name, each in schema["properties"].items() if {"type": "null"} in each.get("anyOf", [])}
    required = [name for name in schema.get("required", []) if name not in optional]
    properties = {name: _property(each, members.get(name)) for name, each in schema["properties"].items()}
    return {**plain, "properties": properties, **({"required": required} if required else {})}


def _on_the_wire(docstring: str, members: Iterable[str]) -> str:
    """The docstring of a DTO, with the names of its members as JSON has them."""
    names = {to_snake(member): member for member in members}
    return re.sub(r"`(\w+)`", lambda found: f"`{names.get(found[1], found[1])}`", " ".join(docstring.split()))


def _property(schema: Json, member: Member | None) -> Json:
    choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
    found = schema | (choices[0] if len(choices) == 1 else {"anyOf": choices} if choices else {})
    dropped = {"title", "default", "format", *(["anyOf"] if len(choices) == 1 else [])}
    return {name: value for name, value in found.items() if name not in dropped} | (_format(member) if member else {})


def _format(member: Member) -> Json:
    """The format of a GUID or a date of ours. VOSS's stay as VOSS wrote them, so theirs is not certain."""
    return {} if member.data_member or member.type.name not in _FORMATS else {"format": _FORMATS[member.type.name]}
