"""What an event says about a request, and which of its values an operation gets."""

from typing import Any

import pytest

from bokabridge.http.received import receive
from tests.api_gateway import WRITER, event, status_and_body
from tests.unit.http.echo import call

JSON = {"Content-Type": "application/json"}
JSV = {"Content-Type": "text/jsv"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def given(**members: Any) -> dict[str, Any]:
    return {"httpMethod": "GET", "path": "/", **members}


def test_missing_parts_are_empty() -> None:
    received = receive({"headers": None, "queryStringParameters": None, "path": None, "httpMethod": None})
    assert (received.method, received.path, received.headers, received.query) == ("", "/", {}, {})
    assert received.parameter("format") == ""


def test_repeated_parameters_are_joined_in_any_case() -> None:
    received = receive(given(multiValueQueryStringParameters={"Skip": ["1", "", "2"], "skip": ["3"], "Take": [""]}))
    assert (received.query["skip"].name, received.query["skip"].value) == ("Skip", "1,2,3")
    assert "take" not in received.query


def test_single_values_stand_in_for_several() -> None:
    assert receive(given(queryStringParameters={"A": "1", "B": ""})).query["a"].value == "1"


def test_repeated_number_cannot_be_read() -> None:
    request = event(caller=WRITER)
    request["multiValueQueryStringParameters"] = {"Skip": ["1"], "skip": ["2"]}
    status, body = status_and_body(call(request))
    assert (status, body["ResponseStatus"]["Errors"][0]["Message"]) == (400, "'1,2' is an Invalid value for 'Skip'")


@pytest.mark.parametrize(
    ("headers", "body", "query", "expected"),
    [
        (JSV, "{Skip:1}", {"skip": "2"}, 2),
        (JSV, "{Skip:1}", {"skip": ""}, 1),
        (FORM, "skip=1", {"Skip": "2"}, 1),
        (FORM, "skip=", {"Skip": "2"}, 2),
        ({}, "", {"Skip": "2"}, 2),
    ],
)
def test_on_a_custom_route_a_form_wins_over_the_query_and_the_query_over_a_body(
    headers: dict[str, str], body: str, query: dict[str, str], expected: int
) -> None:
    found = status_and_body(call(event(caller=WRITER, headers=headers, body=body, query=query)))
    assert (found[0], found[1].get("Skip")) == (200, expected)


@pytest.mark.parametrize(
    ("headers", "body", "expected"),
    [
        (JSON, '{"Take":5}', 5),
        (JSON, '{"Take":0}', 7),
        (JSON, "{}", 7),
        (JSV, "{Take:5}", 5),
        (FORM, "take=5", 5),
        (FORM, "take=0", 0),
        ({}, "", 7),
    ],
)
def test_on_a_predefined_route_the_body_wins_unless_it_has_a_default(
    headers: dict[str, str], body: str, expected: int
) -> None:
    path = "/json/reply/QueryAxemaUserSyncJobs"
    request = event("POST", path, caller=WRITER, headers=headers, body=body, query={"Take": "7"})
    assert status_and_body(call(request))[1]["Take"] == expected


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/octet-stream", "/;=", "application/jso"])
def test_body_of_an_unknown_type_is_a_415_on_a_custom_route_only(content_type: str | None) -> None:
    headers = {} if content_type is None else {"Content-Type": content_type}
    status, body = status_and_body(call(event(caller=WRITER, headers=headers, body='{"Take": 5}')))
    assert (status, body["ResponseStatus"]["ErrorCode"]) == (415, "UnsupportedMediaType")
    assert call(event(caller=WRITER, headers=headers, body=" "))["statusCode"] == 200
    path = "/json/reply/QueryAxemaUserSyncJobs"
    found = status_and_body(call(event("POST", path, caller=WRITER, headers=headers, body='{"Take": 5}')))
    assert (found[0], found[1]["Take"]) == (200, 5)


def test_undefined_status_is_a_number_that_nobody_has() -> None:
    assert status_and_body(call(event(caller=WRITER, query={"Status": "99"})))[1]["Status"] == 99
    assert call(event(caller=WRITER, query={"Status": "9999999999"}))["statusCode"] == 400
