"""The OpenAPI document is valid, complete, and true of what the operations return."""

import json
from typing import Any

import jsonschema_rs
import pytest
from openapi_spec_validator import validate

from bokabridge.clock import utc_now
from bokabridge.http.errors import failure, failure_for
from bokabridge.operations.index import OPERATIONS
from bokabridge.operations.products import VossProduct, VossProducts
from bokabridge.operations.settings import DeleteAxemaCodeLockSettingResponse
from bokabridge.operations.usersync import AxemaUserSyncJobResponse, QueryAxemaUserSyncJobsResponse
from codegen.openapi import document
from local.stack.paths import ROOT

BASE_URL = "https://api.example/prod"
DOCUMENT = document("1.2.3", BASE_URL)
CALLS = {
    call["operationId"]: (method, path, call)
    for path, methods in DOCUMENT["paths"].items()
    for method, call in methods.items()
}


def problems(schema: dict[str, Any], value: Any) -> list[str]:
    """What is wrong with a value by a schema of the document."""
    validator = jsonschema_rs.Draft202012Validator(
        {**schema, "components": DOCUMENT["components"]}, validate_formats=True
    )
    return [error.message for error in validator.iter_errors(value)]


def success(operation: str) -> dict[str, Any]:
    """The schema of an operation's success."""
    schema: dict[str, Any] = CALLS[operation][2]["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def test_document_is_valid() -> None:
    validate(DOCUMENT)


def test_document_has_every_operation_with_its_route() -> None:
    declared = {each.name: (each.method.lower(), each.path) for each in OPERATIONS}
    assert {name: (method, path) for name, (method, path, _) in CALLS.items()} == declared


def test_document_names_the_version_the_address_and_both_ways_to_authenticate() -> None:
    assert DOCUMENT["openapi"].startswith("3.1.")
    assert (DOCUMENT["info"]["version"], DOCUMENT["servers"]) == ("1.2.3", [{"url": BASE_URL}])
    assert [next(iter(each)) for each in DOCUMENT["security"]] == list(DOCUMENT["components"]["securitySchemes"])
    written = json.loads((ROOT / "functions" / "servicestack" / "static" / "openapi.json").read_text())
    assert written["info"]["version"] == "«version»"


@pytest.mark.parametrize("operation", CALLS)
def test_operation_is_described(operation: str) -> None:
    method, path, call = CALLS[operation]
    assert call["summary"]
    assert call["tags"][0] in {tag["name"] for tag in DOCUMENT["tags"]}
    assert {"200", "400", "401", "403", "429", "500", "503", "504"} <= set(call["responses"])
    in_path = [each["name"] for each in call["parameters"] if each["in"] == "path"]
    assert [f"{{{name}}}" in path for name in in_path] == [True] * path.count("{")
    assert ("requestBody" in call) == (method in ("post", "put"))
    assert ("415" in call["responses"]) == ("requestBody" in call)


@pytest.mark.parametrize("operation", CALLS)
def test_examples_are_valid(operation: str) -> None:
    call = CALLS[operation][2]
    content = call["responses"]["200"]["content"]["application/json"]
    assert problems(content["schema"], content["example"]) == []
    if "requestBody" in call:
        content = call["requestBody"]["content"]["application/json"]
        assert problems(content["schema"], content["example"]) == []


@pytest.mark.parametrize("status", DOCUMENT["components"]["responses"])
def test_examples_of_errors_are_valid(status: str) -> None:
    content = DOCUMENT["components"]["responses"][status]["content"]["application/json"]
    assert problems(content["schema"], content["example"]) == []


def test_every_schema_is_used() -> None:
    text = json.dumps(DOCUMENT)
    assert [name for name in DOCUMENT["components"]["schemas"] if f'"#/components/schemas/{name}"' not in text] == []


def job(**members: Any) -> AxemaUserSyncJobResponse:
    values: dict[str, Any] = {
        "id": "0a1b2c3d-4e5f-6789-abcd-ef0123456789",
        "company_id": "11111111-1111-4111-8111-111111111111",
        "status": 0,
        "status_name": "Pending",
        "users_found": None,
        "users_created": None,
        "users_updated": None,
        "error_message": None,
        "created_date": utc_now(),
        "updated_date": utc_now(),
    }
    return AxemaUserSyncJobResponse(**values | members)


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("CreateAxemaUserSync", job().to_json()),
        ("GetAxemaUserSyncJob", job(users_found=1, users_created=1, users_updated=0).to_json()),
        ("QueryAxemaUserSyncJobs", QueryAxemaUserSyncJobsResponse(results=[job(), job()]).to_json()),
        ("DeleteAxemaCodeLockSetting", DeleteAxemaCodeLockSettingResponse().to_json()),
        ("GetVossProducts", VossProducts([VossProduct(name="Hours", article_number="A1")]).to_json()),
        ("GetVossProducts", VossProducts([]).to_json()),
        ("CreateVossUsage", "{}"),
    ],
)
def test_response_without_its_null_members_fits_its_schema(operation: str, body: str) -> None:
    assert problems(success(operation), json.loads(body)) == []


def test_response_without_a_required_member_does_not_fit() -> None:
    assert problems(success("GetAxemaUserSyncJob"), json.loads(job().to_json()) | {"Id": "no GUID"})
    assert problems(success("QueryAxemaUserSyncJobs"), {}) == ['"Results" is a required property']


def test_errors_fit_their_schema() -> None:
    schema = {"$ref": "#/components/schemas/ErrorResponse"}
    for each in (failure_for(ValueError()), failure(409, "Conflict", "It runs.", meta={"JobId": "1"})):
        assert problems(schema, json.loads(each.body.to_json())) == []


def test_company_ids_limit_the_requests() -> None:
    limited = document("1", BASE_URL, ["a-company"])
    assert limited["components"]["schemas"]["CreateVossUsage"]["properties"]["CompanyId"]["enum"] == ["a-company"]
    (company,) = limited["paths"]["/codelock/axema/settings"]["get"]["parameters"]
    assert company["schema"] == {"type": "string", "enum": ["a-company"]}
