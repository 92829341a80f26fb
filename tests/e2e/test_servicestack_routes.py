"""ServiceStack's routes and formats over real HTTP, through API Gateway, the router and the functions."""

import csv
import io
import json
import uuid
import xml.etree.ElementTree as ET
from typing import Any

import pytest
import urllib3

from local.companies import COMPANIES
from tests.e2e.client import JOBS, Bridge

COMPANY = COMPANIES[0].id
JSON = {"Content-Type": "application/json"}
ALLOWED = "http://app.example.com"
UNKNOWN_JOB = f"{JOBS}/{uuid.UUID(int=7)}"

CONTENT_TYPES = {
    "json": "application/json; charset=utf-8",
    "xml": "application/xml",
    "csv": "text/csv",
    "jsv": "application/jsv",
    "jsonl": "text/jsonl",
}


def parsed(format_name: str, text: str) -> Any:
    """What an independent reader makes of a body."""
    match format_name:
        case "json" | "jsonl":
            return json.loads(text)
        case "xml":
            return ET.fromstring(text)
        case "csv":
            return list(csv.reader(io.StringIO(text, newline=""), strict=True))
    return text


def error_code(response: urllib3.BaseHTTPResponse) -> str:
    code: str = response.json()["ResponseStatus"]["ErrorCode"]
    return code


@pytest.mark.parametrize("format_name", CONTENT_TYPES)
def test_every_form_of_a_route_gives_the_same_answer_in_its_format(bridge: Bridge, format_name: str) -> None:
    own = "/customers"
    bodies = set()
    for path, query, accept in (
        (f"/{format_name}/reply/CustomerQuery", "", ""),
        (f"/{format_name.upper()}/OneWay/customerquery/", "", "text/html"),
        (f"/api/CustomerQuery.{format_name}", "", "text/html"),
        (f"{own}.{format_name}", "", "text/html"),
        (f"{own.upper()}.{format_name}/", "format=foo", ""),
        (own, f"format={format_name}", "text/html"),
        (f"{own}/", f"FORMAT={format_name.upper()}", ""),
        (own, "", {"jsv": "application/jsv"}.get(format_name, CONTENT_TYPES[format_name])),
    ):
        url = f"{path}?Take=2&CompanyId={COMPANY}&{query}"
        response = bridge.send("GET", url, {"Accept": accept} if accept else {}, None)
        assert (response.status, response.headers["Content-Type"]) == (200, CONTENT_TYPES[format_name]), url
        assert response.headers["Vary"] == "Accept, Origin"
        disposition = response.headers.get("Content-Disposition")
        assert disposition == ('attachment;filename="CustomerQuery.csv"' if format_name == "csv" else None)
        parsed(format_name, response.data.decode())
        bodies.add(response.data)
    assert len(bodies) == 1


@pytest.mark.parametrize("format_name", CONTENT_TYPES)
def test_error_of_an_operation_is_in_the_callers_format(bridge: Bridge, format_name: str) -> None:
    response = bridge.send("GET", f"{UNKNOWN_JOB}.{format_name}?CompanyId={COMPANY}", {}, None)
    assert (response.status, response.headers["Content-Type"]) == (404, CONTENT_TYPES[format_name])
    text = response.data.decode()
    parsed(format_name, text)
    assert "NotFound" in text
    assert "RequestId" in text


def test_requests_are_read_in_every_notation(bridge: Bridge) -> None:
    members = {"CompanyId": str(uuid.uuid4()), "ArticleNumber": "", "Quantity": "1"}
    namespace = "http://schemas.datacontract.org/2004/07/BokaMera.API.ServiceModel.Dtos"
    xml_members = "".join(f"<{name}>{members[name]}</{name}>" for name in sorted(members))
    for content_type, body in (
        ("application/json", json.dumps(members)),
        ("text/jsonl", json.dumps(members) + "\n"),
        ("application/jsv", "{" + ",".join(f"{name}:{value or '""'}" for name, value in members.items()) + "}"),
        ("text/csv", f"{','.join(members)}\r\n{','.join(members.values())}\r\n"),
        ("application/xml", f'<CreateVossUsage xmlns="{namespace}">{xml_members}</CreateVossUsage>'),
        ("application/x-www-form-urlencoded", "&".join(f"{name}={value}" for name, value in members.items())),
    ):
        response = bridge.send(
            "POST", "/voss/usage", {"Content-Type": content_type, "Accept": "application/json"}, body
        )
        errors = response.json()["ResponseStatus"]["Errors"]
        assert (response.status, [each["FieldName"] for each in errors]) == (400, ["ArticleNumber"]), content_type
    assert bridge.send("POST", JOBS, {"Content-Type": "text/plain"}, "{}").status == 415


def test_jsonp_is_wrapped_by_a_harmless_name(bridge: Bridge) -> None:
    response = bridge.send("GET", f"/customers?CompanyId={COMPANY}&Take=1&callback=alert(1)//", {}, None)
    assert (response.status, response.headers["Content-Type"]) == (200, "text/javascript")
    assert response.data.startswith(b"alert_1___({")
    refused = bridge.call("GET", "/api/CustomerQuery", token=None, callback="cb")
    assert refused.status == 200
    assert b'cb({"ResponseStatus":{"ErrorCode":"Unauthorized"' in refused.data


def test_batch_stops_at_the_first_failure(bridge: Bridge) -> None:
    company = bridge.new_company(users=1)
    items = [{"CompanyId": company}, {"CompanyId": company}, {"CompanyId": company}]
    response = bridge.send("POST", "/api/CreateAxemaUserSync[]", JSON, json.dumps(items))
    assert (response.status, response.headers["X-AutoBatch-Completed"]) == (409, "1")
    status = response.json()["ResponseStatus"]
    assert (status["ErrorCode"], status["Meta"]["AutoBatchIndex"]) == ("Conflict", "1")
    empty = bridge.send("POST", "/json/reply/CreateAxemaUserSync%5B%5D", JSON, "[]")
    assert (empty.status, empty.json()) == (200, [])
    listed = bridge.send(
        "POST", "/api/QueryAxemaUserSyncJobs[]", {**JSON, "X-Http-Method-Override": "GET"}, json.dumps(items[:2])
    )
    assert (listed.status, listed.headers["X-AutoBatch-Completed"]) == (200, "2")
    assert [len(each["Results"]) for each in listed.json()] == [1, 1]


@pytest.mark.parametrize(
    "path", [f"{JOBS}.json", f"{JOBS.upper()}/", "/api/CreateAxemaUserSync", "/json/reply/createaxemausersync"]
)
@pytest.mark.parametrize(
    ("headers", "status", "code"),
    [
        ({}, 401, "Unauthorized"),
        ({"Authorization": "Bearer a.bad.token"}, 401, "Unauthorized"),
        ({"X-Api-Key": str(uuid.UUID(int=7))}, 401, "Unauthorized"),
        ("read", 403, "Invalid Role"),
        ("none", 403, "Invalid Role"),
    ],
)
def test_no_route_leads_around_the_authorizer(
    bridge: Bridge, path: str, headers: dict[str, str] | str, status: int, code: str
) -> None:
    given = headers if isinstance(headers, dict) else {"Authorization": f"Bearer {bridge.stack.tokens[headers]}"}
    response = bridge.call_with(given, "POST", path, body={})
    assert (response.status, error_code(response)) == (status, code)
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"
    assert response.json()["ResponseStatus"]["Errors"] == []
    assert response.json()["ResponseStatus"]["Meta"]["RequestId"]
    if status == 401:
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_another_companys_id_is_refused_on_every_route(bridge: Bridge) -> None:
    writer = {"Authorization": f"Bearer {bridge.stack.tokens['write']}"}
    for path in (JOBS, f"{JOBS}.json", "/api/CreateAxemaUserSync", "/xml/reply/CreateAxemaUserSync?format=json"):
        response = bridge.call_with(writer, "POST", path, body={"CompanyId": str(uuid.uuid4())})
        assert (response.status, error_code(response)) == (403, "Forbidden"), path


@pytest.mark.parametrize("token", ["superadmin", None])
@pytest.mark.parametrize(
    ("method", "path", "status", "code", "allow"),
    [
        ("GET", "/nope", 404, "NotFound", None),
        ("GET", "/", 404, "NotFound", None),
        ("POST", "/yaml/reply/CreateAxemaUserSync", 404, "NotFound", None),
        ("GET", "/Api/CustomerQuery", 404, "NotFound", None),
        ("DELETE", JOBS, 405, "NotImplementedException", "POST, GET, HEAD, OPTIONS"),
        ("PATCH", "/codelock/axema/settings", 405, "NotImplementedException", "GET, POST, PUT, DELETE, HEAD, OPTIONS"),
        ("POST", UNKNOWN_JOB, 405, "NotImplementedException", "GET, DELETE, HEAD, OPTIONS"),
        ("GET", "/api/CreateAxemaUserSync", 405, "NotImplementedException", "POST, OPTIONS"),
        ("GET", "/api/Nope", 405, "NotImplementedException", "OPTIONS"),
    ],
)
def test_unknown_paths_and_methods_are_the_same_with_and_without_a_token(
    bridge: Bridge, token: str | None, method: str, path: str, status: int, code: str, allow: str | None
) -> None:
    response = bridge.call(method, path, token=token)
    assert (response.status, error_code(response), response.headers.get("Allow")) == (status, code, allow)
    assert response.json()["ResponseStatus"]["Errors"] == []


@pytest.mark.parametrize("path", [JOBS, UNKNOWN_JOB, "/customers", "/api/CreateAxemaUserSync", "/nope", "/"])
def test_preflight_lets_listed_origins_in(bridge: Bridge, path: str) -> None:
    for origin, expected in ((ALLOWED, ALLOWED), ("https://evil.example", None)):
        response = bridge.call_with({"Origin": origin, "Access-Control-Request-Method": "POST"}, "OPTIONS", path)
        assert (response.status, response.data) == (200, b"")
        assert response.headers.get("Access-Control-Allow-Origin") == expected
        assert response.headers.get("Access-Control-Allow-Credentials") == (expected and "true")


def test_responses_name_a_listed_origin_only(bridge: Bridge) -> None:
    for path in (f"/customers?CompanyId={COMPANY}", f"/api/CustomerQuery?CompanyId={COMPANY}", UNKNOWN_JOB, "/nope"):
        for origin, expected in ((ALLOWED, ALLOWED), ("https://evil.example", None)):
            response = bridge.send("GET", path, {"Origin": origin}, None)
            assert response.headers.get("Access-Control-Allow-Origin") == expected, path


def test_method_can_be_overridden(bridge: Bridge) -> None:
    override = {"X-Http-Method-Override": "GET"}
    for path in (JOBS, "/api/QueryAxemaUserSyncJobs"):
        response = bridge.send("POST", f"{path}?CompanyId={COMPANY}", override, None)
        assert (response.status, list(response.json())) == (200, ["Results"]), path


def test_head_is_get_without_a_body(bridge: Bridge) -> None:
    for path in ("/customers", "/api/CustomerQuery.xml", "/metadata"):
        response = bridge.send("HEAD", f"{path}?CompanyId={COMPANY}", {}, None)
        assert (response.status, response.data) == (200, b""), path
    assert bridge.call("HEAD", "/customers", token=None).status == 401


def test_pages_need_no_token(bridge: Bridge) -> None:
    for path in ("/metadata", "/json/metadata?op=CreateAxemaUserSync", "/types/python", "/openapi.json", "/api"):
        assert bridge.call("GET", path, token=None).status == 200, path
