"""The OpenAPI document that follows from the declarations of the operations. https://spec.openapis.org/oas/v3.1.1.html"""

from collections.abc import Sequence
from typing import Any

from pydantic.json_schema import JsonSchemaMode, models_json_schema

from bokabridge.http.errors import ErrorResponse
from bokabridge.http.operation import Operation
from bokabridge.operations.index import OPERATIONS
from bokabridge.operations.voss import CREATE_VOSS_USAGE, KEY_HEADER, MAX_KEY_CHARACTERS

type AnyOperation = Operation[Any, Any]
type Json = dict[str, Any]

_KEY_PARAMETER: Json = {
    "name": KEY_HEADER,
    "in": "header",
    "schema": {"type": "string", "minLength": 1, "maxLength": MAX_KEY_CHARACTERS, "pattern": "^[!-~]+$"},
}

_BOUNDS = {"ge": "minimum", "le": "maximum"}
"""Pydantic leaves its own words in the schema where a bound stands before our reading of a number."""


def document(company_ids: Sequence[str], operations: Sequence[AnyOperation] = OPERATIONS) -> Json:
    """These operations with their parameters, bodies and responses. CompanyId is one of `company_ids`.

    A GET has its members in the query, every other operation in the body, and both have some in the path.
    """
    inputs: list[tuple[Any, JsonSchemaMode]] = [(each.request, "validation") for each in operations]
    outputs: list[tuple[Any, JsonSchemaMode]] = [(each.response, "serialization") for each in operations]
    references, definitions = models_json_schema(
        [*inputs, *outputs, (ErrorResponse, "serialization")],
        by_alias=True,
        ref_template="#/components/schemas/{model}",
    )
    schemas: Json = definitions["$defs"]
    paths: dict[str, Json] = {}
    for each in operations:
        members = _request_members(schemas[each.name], company_ids)
        responses = _responses(references[each.response, "serialization"])
        paths.setdefault(each.path, {})[each.method.lower()] = {
            "operationId": each.name,
            "summary": each.summary,
            **_request(each, members, schemas[each.name].get("required", [])),
            "responses": responses,
        }
    return {
        "openapi": "3.1.0",
        "info": {"title": "bokabridge", "version": "0"},
        "paths": paths,
        "components": {"schemas": schemas},
    }


def _request(operation: AnyOperation, members: Json, required: Sequence[str]) -> Json:
    in_path = [name for name in members if f"{{{name}}}" in operation.path]
    elsewhere = {name: schema for name, schema in members.items() if name not in in_path}
    parameters: list[Json] = [
        {"name": name, "in": "path", "required": True, "schema": members[name]} for name in in_path
    ]
    if operation is CREATE_VOSS_USAGE:
        parameters.append(_KEY_PARAMETER)
    if operation.method == "GET":
        parameters += [
            {"name": name, "in": "query", "required": name in required, "schema": schema}
            for name, schema in elsewhere.items()
        ]
        return {"parameters": parameters}
    body = {
        "type": "object",
        "properties": elsewhere,
        "required": [name for name in elsewhere if name in required],
    }
    return {"parameters": parameters, "requestBody": {"content": {"application/json": {"schema": body}}}}


def _responses(success: Json) -> Json:
    def described(description: str, schema: Json) -> Json:
        return {"description": description, "content": {"application/json": {"schema": schema}}}

    error = {"$ref": f"#/components/schemas/{ErrorResponse.__name__}"}
    return {"200": described("Success", success), "default": described("Error", error)}


def _request_members(schema: Json, company_ids: Sequence[str]) -> Json:
    """The members' schemas with what pydantic cannot see: GUIDs, and bounds of numbers that we read ourselves."""
    members: Json = {name: _with_bounds(member) for name, member in schema["properties"].items()}
    if "Id" in members:
        members["Id"] = {"type": "string", "format": "uuid"}
    if "CompanyId" in members:
        members["CompanyId"] = {"type": "string", "enum": list(company_ids)}
    return members


def _with_bounds(schema: Json) -> Json:
    """The schema without `default` and `null`, because a query cannot have either, and with JSON Schema's bounds."""
    choices = [choice for choice in schema.get("anyOf", []) if choice.get("type") != "null"]
    found = {**schema, **(choices[0] if choices else {})}
    return {_BOUNDS.get(name, name): value for name, value in found.items() if name not in ("anyOf", "default")}
