"""ServiceStack's captured answers, compared with ours by each vector's own rule.

The handlers are stubs that answer as the vectors' `services` say. Requests go to an Api with all operations, or to the
router for what has no operation. SERVICESTACK_VECTORS names another file of vectors.

Ours by intention: every error has `Meta.RequestId`, which is taken out before the comparison, and the validators' words
are our own. A caller with the role `write` is a superadmin here, because ServiceStack's stubs check no company.
"""

import html
import json
import re
import xml.etree.ElementTree as ET
from typing import Any
from urllib.parse import parse_qsl

import pytest

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE
from tests.api_gateway import Context
from tests.servicestack import COMPANY, vectors
from tests.servicestack_stubs import StubApi, router

CALLERS = {
    "write": {"principalId": "anna", "companyId": COMPANY, "roles": f"{WRITE} {SUPERADMIN}"},
    "read": {"principalId": "anna", "companyId": COMPANY, "roles": READ},
    "no-role": {"principalId": "anna", "companyId": COMPANY, "roles": ""},
    "none": None,
}
OUR_MEMBERS = ',"DryRun":false,"Force":false'
"""What the sample of CreateAxemaUserSync has besides ServiceStack's."""

REQUEST_ID = Context().aws_request_id


def parsed_query(text: str) -> dict[str, list[str]]:
    """API Gateway's multiValueQueryStringParameters, decoded."""
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def request_of(vector: dict[str, Any]) -> dict[str, Any]:
    """The proxy event of a vector's request."""
    query = parsed_query(vector["query"])
    caller = CALLERS[vector["caller"]]
    return {
        "resource": "/{proxy+}",
        "path": vector["path"],
        "httpMethod": vector["method"],
        "headers": vector["headers"],
        "multiValueHeaders": {name: [value] for name, value in vector["headers"].items()},
        "queryStringParameters": {name: values[-1] for name, values in query.items()} or None,
        "multiValueQueryStringParameters": query or None,
        "requestContext": {
            "accountId": "1",
            "apiId": "abc",
            "stage": "dev",
            "domainName": "api.example.com",
            "path": f"/dev{vector['path']}",
            "identity": {"sourceIp": "192.0.2.1"},
            **({"authorizer": caller} if caller else {}),
        },
        "body": vector["body"],
        "isBase64Encoded": False,
    }


_ID = re.escape(REQUEST_ID)
_ARRAYS = re.escape('="http://schemas.microsoft.com/2003/10/Serialization/Arrays"')
_P = "(?P=p)"
_PAIR = (
    r"<(?P<p>d\dp1):KeyValueOfstringstring>"
    rf"<{_P}:Key>RequestId</{_P}:Key><{_P}:Value>{_ID}</{_P}:Value></{_P}:KeyValueOfstringstring>"
)
REQUEST_IDS = (
    (re.compile(rf',\s*"[Mm]eta":\s*{{\s*"RequestId":\s*"{_ID}"\s*}}'), ""),
    (re.compile(rf'(AutoBatchIndex":"\d+"),"RequestId":"{_ID}"'), r"\1"),
    (re.compile(rf",Meta:{{RequestId:{_ID}}}"), ""),
    (re.compile(rf"(AutoBatchIndex:\d+),RequestId:{_ID}"), r"\1"),
    (
        re.compile(rf"<(?P<meta>(?:d\dp1:)?Meta xmlns:d\dp1{_ARRAYS})>{_PAIR}</(?:d\dp1:)?Meta>"),
        r'<\g<meta> i:nil="true" />',
    ),
    (re.compile(_PAIR), ""),
)
"""Meta.RequestId in every format, alone and next to the index of a batch."""


def without_request_id(text: str) -> str:
    """The body of an error without the member that only ours has."""
    for pattern, replacement in REQUEST_IDS:
        text = pattern.sub(replacement, text)
    return text


def answer(vector: dict[str, Any], api: StubApi, way: str) -> dict[str, Any]:
    """What our code returns to API Gateway: the operations' function, or the router with the functions behind it."""
    event = request_of(vector)
    if way == "router":
        return router(api, event["requestContext"].pop("authorizer", None)).handle(event, Context())  # type: ignore[arg-type]
    return api.handle(event, Context())  # type: ignore[arg-type]


def header(response: dict[str, Any], name: str) -> str | None:
    found = {key.lower(): values[0] for key, values in response["multiValueHeaders"].items()}
    return found.get(name.lower())


def check_facts(facts: list[dict[str, Any]], body: str) -> None:
    text = html.unescape(re.sub(r"<[^>]+>", "", body)).replace(OUR_MEMBERS, "")
    for fact in facts:
        for kind, value in fact.items():
            match kind:
                case "contains":
                    assert value in body
                case "not_contains":
                    assert value not in body
                case "text_contains":
                    assert value in text
                case "well_formed_xml":
                    ET.fromstring(body)
                case _:
                    pytest.fail(f"unknown fact {kind}")


def shape_of_errors(body: dict[str, Any]) -> Any:
    """An error without its words: code, and the codes and fields of its Errors."""
    status = body["ResponseStatus"]
    return status["ErrorCode"], [(each["ErrorCode"], each["FieldName"]) for each in status["Errors"]]


OUR_RULE_NAMES = {"GreaterThan": "GreaterThanOrEqual"}
"""Our validators' names for FluentValidation's rules: `Quantity` must be at least 1."""


def check_our_error(vector: dict[str, Any], body: str) -> None:
    """The error of a deviation, whose words are free: a ResponseStatus with the given code, or the captured one."""
    ours, expected = vector["ours"], vector["expect"].get("body") or ""
    if vector["expect"].get("content_type") in ("text/csv", "application/xml", "application/jsv", "text/jsonl"):
        for code in re.findall(r"ErrorCode[>:\"]+(\w+)", expected):
            assert OUR_RULE_NAMES.get(code, code) in body
        return
    code, errors = shape_of_errors(json.loads(body))
    if "ErrorCode" in ours:
        assert code == ours["ErrorCode"]
    elif expected.startswith("{") and "ErrorCode" in expected and "status" not in ours:
        expected_code, expected_errors = shape_of_errors(json.loads(expected))
        assert code == expected_code
        assert errors == [(OUR_RULE_NAMES.get(each, each), field) for each, field in expected_errors]


def check_ours(vector: dict[str, Any], response: dict[str, Any], body: str) -> None:
    """The vector has a deviation of ours: its own status and facts, or the captured ones."""
    ours, expected = vector["ours"], vector["expect"]
    if vector["method"] == "HEAD":
        assert (response["statusCode"] < 500, body) == (True, "")
        return
    if expected["status"] == 500:
        assert (response["statusCode"], "boom" in body) == (500, False)
        return
    statuses = {int(found) for found in re.findall(r"\b([1-5]\d\d)\b", ours.get("note", ""))}
    assert response["statusCode"] in {ours.get("status", expected["status"]), *statuses}
    if "facts" in ours:
        check_facts(ours["facts"], body)
    elif "callback=" in vector["query"]:
        assert body == expected["body"]
    elif response["statusCode"] >= 400:
        check_our_error(vector, body)
    elif response["statusCode"] == expected["status"] and response["statusCode"] == 200 and expected.get("body"):
        assert body == expected["body"]


def ways(vector: dict[str, Any]) -> list[str]:
    """Who can get this request: the router always, and the operations' function if it has an operation."""
    return ["router"] if StubApi(vector["service"]).is_unserved(request_of(vector)) else ["router", "function"]


@pytest.mark.parametrize(
    ("vector", "way"),
    [pytest.param(vector, way, id=f"{vector['name']}-{way}") for vector in vectors() for way in ways(vector)],
)
def test_answer_is_servicestacks(vector: dict[str, Any], way: str) -> None:
    api = StubApi(vector["service"])
    response = answer(vector, api, way)
    body, expected = without_request_id(response["body"]), vector["expect"]
    if "ours" in vector:
        check_ours(vector, response, body)
        return
    assert response["statusCode"] == expected["status"], body
    assert header(response, "Content-Type") == expected.get("content_type")
    for name, value in expected.get("headers", {}).items():
        assert header(response, name) == value
    match vector["compare"]:
        case "exact":
            assert body == expected["body"]
        case "json":
            assert json.loads(body) == json.loads(expected["body"])
    check_facts(expected.get("facts") or [], body)


def test_batch_that_fails_validation_ran_nothing() -> None:
    """What the vector `batch_validation_before_any_runs` asks for beyond its bytes."""
    vector = next((each for each in vectors() if each["name"] == "batch_validation_before_any_runs"), None)
    if vector is None:
        pytest.skip("the file of vectors has no such one")
    api = StubApi(vector["service"])
    response = answer(vector, api, "router")
    assert api.calls == 0
    assert header(response, "X-AutoBatch-Completed") is None
