"""Every captured answer of ServiceStack that does not depend on routes, byte for byte."""

from typing import Any

import pytest

from bokabridge.errors import InvalidInput
from bokabridge.http.errors import Failure, FieldError, failure
from bokabridge.http.formats import FORMATS, Format, format_of, write_error
from bokabridge.http.jsconfig import parse_switches
from bokabridge.http.operation import Operation, ResponseBody
from bokabridge.http.wire import WireModel
from bokabridge.operations.settings import AddAxemaCodeLockSetting
from bokabridge.operations.usersync import CREATE_AXEMA_USER_SYNC, QUERY_AXEMA_USER_SYNC_JOBS, CreateAxemaUserSync
from bokabridge.operations.voss import CREATE_VOSS_USAGE, CreateVossUsage
from tests import servicestack as stub


def by_name(*groups: str, **expected: Any) -> list[Any]:
    found = [
        vector for vector in stub.vectors(*groups) if all(vector["expect"].get(k) == v for k, v in expected.items())
    ]
    return [pytest.param(vector, id=vector["name"]) for vector in found]


def format_of_answer(vector: dict[str, Any]) -> Format:
    return next(known for known in FORMATS.values() if known.content_type == vector["expect"]["content_type"])


def query(vector: dict[str, Any]) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in (vector["query"] or "").split("&") if pair)


def stub_body(vector: dict[str, Any]) -> ResponseBody:
    """What the stub service gave for a request, which is read with our readers if it has a body."""
    path, service, asked = vector["path"], vector["service"], query(vector)
    match vector["method"], path:
        case _, "/customers":
            return stub.customers()
        case _, "/voss/products":
            return stub.products(asked.get("ProductType"))
        case _, "/voss/usage":
            request = read(vector, CreateVossUsage)
            return stub.usage(service, request.article_number, request.quantity)
        case "GET", "/codelock/axema/settings":
            return stub.settings()
        case "POST", "/codelock/axema/settings":
            sent: Any = read(vector, AddAxemaCodeLockSetting)
            return stub.StubSettings(
                company_id=stub.COMPANY, integration_type=0, api_port=sent.api_port, active=bool(sent.active)
            )
        case "POST", "/codelock/axema/usersync":
            return stub.job("as:pending", read(vector, CreateAxemaUserSync).company_id or stub.COMPANY)
        case "GET", "/codelock/axema/usersync":
            status = next((value for name, value in asked.items() if name.lower() == "status" and value), None)
            return stub.jobs({"Completed": 2, "completed": 2, "2": 2, "99": 99, None: None}[status])
        case _:
            return stub.job(service)


def read[Request: WireModel](vector: dict[str, Any], request: type[Request]) -> Request:
    """The request in the vector's body and query. (How they merge is the HTTP layer's business, and tested there.)"""
    members: dict[str, Any] = dict(query(vector))
    if vector["body"]:
        reader = format_of(vector["headers"]["Content-Type"])
        assert reader is not None
        members = dict(reader.read(vector["body"], request)) | members
    lowered = {name.lower(): value for name, value in members.items()}
    names = [member.alias or "" for member in request.model_fields.values()]
    return request.model_validate({name: lowered[name.lower()] for name in names if name.lower() in lowered})


@pytest.mark.parametrize("vector", by_name("dto", "jsconfig", "format", status=200))
def test_a_success_is_servicestacks_to_the_byte(vector: dict[str, Any]) -> None:
    chosen = format_of_answer(vector)
    text = chosen.write(stub_body(vector), parse_switches(query(vector).get("jsconfig")))
    assert_is(text, vector)


def assert_is(text: str, vector: dict[str, Any]) -> None:
    """By the vector's own rule: its bytes, or the facts that it knows."""
    if vector["compare"] == "facts" and vector.get("ours"):
        assert "\ufffd" in text  # dto_xml_control_character; test_xml.py parses it
    elif vector["expect"].get("body") is not None:
        assert text == vector["expect"]["body"]
    for fact in [] if vector.get("ours") else vector["expect"].get("facts") or []:
        assert fact.get("contains", "") in text
        assert "not_contains" not in fact or fact["not_contains"] not in text


@pytest.mark.parametrize("vector", by_name("values", status=200))
def test_a_value_in_the_query_or_a_form_is_read_as_servicestack_does(vector: dict[str, Any]) -> None:
    if vector["name"] == "query_overrides_path_id":
        pytest.skip("the HTTP layer decides")
    assert_is(format_of_answer(vector).write(stub_body(vector)), vector)


@pytest.mark.parametrize("vector", by_name("body", status=200))
def test_a_body_is_read_as_servicestack_does(vector: dict[str, Any]) -> None:
    match vector["name"]:
        case "body_truncated_json_is_tolerated" | "body_bad_guid_is_ignored":
            with pytest.raises(ValueError if "guid" in vector["name"] else InvalidInput):
                stub_body(vector)
        case "body_unknown_content_type_is_ignored":
            assert format_of("text/plain") is None
        case _ if vector["path"].startswith("/api"):
            pytest.skip("the HTTP layer decides which source wins")
        case _:
            assert_is(format_of_answer(vector).write(stub_body(vector)), vector)


@pytest.mark.parametrize("vector", by_name("body", status=400))
def test_a_body_that_servicestack_refuses_is_refused(vector: dict[str, Any]) -> None:
    reader = format_of(vector["headers"]["Content-Type"])
    assert reader is not None
    if (vector.get("ours") or {}).get("status") == 200:
        assert reader.read(vector["body"], CreateAxemaUserSync) == {}
        return
    with pytest.raises(InvalidInput) as refused:
        reader.read(vector["body"], CreateVossUsage)
    assert refused.value.code == "SerializationException"


def stub_failure(name: str) -> tuple[Failure, Operation[Any, Any] | None]:
    """The failure behind a captured error, and the operation if the error arose in it."""
    not_empty = FieldError(
        error_code="NotEmpty",
        field_name="ArticleNumber",
        message="'Article Number' must not be empty.",
        meta={"PropertyName": "Article Number", "PropertyValue": ""},
    )
    greater = FieldError(
        error_code="GreaterThan",
        field_name="Quantity",
        message="'Quantity' must be greater than '0'.",
        meta={"ComparisonValue": "0", "ComparisonProperty": "", "PropertyName": "Quantity", "PropertyValue": "0"},
    )
    argument = FieldError(error_code="ArgumentException", field_name="CompanyId", message="Bad company")
    bad_company = failure(400, "ArgumentException", "Bad company (Parameter 'CompanyId')", errors=[argument])
    match name.split("_"):
        case [_, "404", _] | ["jsconfig", "error"]:
            return failure(404, "NotFound", "There is no such job."), CREATE_AXEMA_USER_SYNC
        case [_, "validation", _]:
            return failure(400, "NotEmpty", not_empty.message, errors=[not_empty, greater]), CREATE_VOSS_USAGE
        case [_, "409"]:
            return failure(409, "Conflict", "A sync is already running for this company."), CREATE_AXEMA_USER_SYNC
        case [_, "argument"]:
            return bad_company, CREATE_AXEMA_USER_SYNC
        case [_, "in", "typed", "response", _]:
            return bad_company, QUERY_AXEMA_USER_SYNC_JOBS
        case [_, "401", _]:
            return failure(401, "Unauthorized", "Not Authenticated"), None
        case _:
            raise LookupError(name)


@pytest.mark.parametrize("vector", [*by_name("errors"), *by_name("jsconfig", status=404)])
def test_an_error_is_servicestacks_to_the_byte(vector: dict[str, Any]) -> None:
    if vector["name"] in ("error_401_attribute_only", "error_403"):
        pytest.skip("no body of a format: the HTTP layer answers with a ResponseStatus")
    given, operation = stub_failure(vector["name"])
    switches = parse_switches(query(vector).get("jsconfig"))
    assert write_error(given, operation, format_of_answer(vector), switches) == vector["expect"]["body"]
