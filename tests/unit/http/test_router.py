"""The router: no operation without the authorizer's consent, and every other answer of its own."""

import json
from typing import Any

import pytest

from bokabridge.errors import ServiceBusy
from bokabridge.http.fakes import FunctionsInProcess
from bokabridge.http.router import Router, Served
from tests.api_gateway import WRITER, Context, behind, event, header, status_and_body

AUTHORIZER = "AUTHORIZER"
THINGS = Served("AddThing", "POST", "/things", "THINGS", "Thing")
THING = Served("GetThing", "GET", "/things/{Id}", "THINGS", "Thing")

RESPONSE = {"statusCode": 418, "multiValueHeaders": {"X-Own": ["1"]}, "body": "{}", "isBase64Encoded": False}


def policy(effect: str = "Allow") -> dict[str, Any]:
    return {
        "principalId": "anna",
        "policyDocument": {"Statement": [{"Effect": effect}]},
        "context": {"companyId": WRITER["companyId"], "roles": WRITER["roles"]},
    }


class Routed:
    """A router whose functions note what they are invoked with, and answer `result` or raise it."""

    def __init__(self, authorized: Any = None, result: Any = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.invoked: list[dict[str, Any]] = []
        self._results = {AUTHORIZER: authorized or policy(), "THINGS": result or RESPONSE}
        functions = FunctionsInProcess(
            {AUTHORIZER: self._answer(AUTHORIZER), "THINGS": self._answer("THINGS")}, Context
        )
        self._functions = functions
        self.router = Router([THINGS, THING], AUTHORIZER, lambda: functions, self._page, lambda: "https://api.se")

    def _answer(self, name: str) -> Any:
        def answer(given: dict[str, Any], _: Any) -> Any:
            (self.asked if name == AUTHORIZER else self.invoked).append(given)
            result: Any = self._results[name]
            if isinstance(result, Exception):
                raise result
            return result

        return answer

    @staticmethod
    def _page(path: str, query: Any, base_url: str) -> tuple[int, str, str] | None:
        return (200, "text/html; charset=utf-8", f"{base_url} {dict(query)}") if path == "/metadata" else None

    def send(self, method: str = "POST", path: str = "/api/AddThing", **options: Any) -> dict[str, Any]:
        context = options.pop("context", Context())
        return self.router.handle(event(method, path, **options), context)


def test_operation_gets_the_request_and_the_authorizers_word() -> None:
    routed = Routed()
    assert routed.send(body='{"A": 1}', query={"q": "1"}) == RESPONSE
    (given,) = routed.invoked
    sent = event("POST", "/api/AddThing", body='{"A": 1}', query={"q": "1"})
    assert given.pop("requestContext") == {**sent.pop("requestContext"), "authorizer": WRITER}
    assert given == sent


def test_authorizer_gets_the_event_that_api_gateway_would_send() -> None:
    routed = Routed()
    routed.send(body="secret", headers={"Authorization": "Bearer x"})
    (asked,) = routed.asked
    assert (asked["type"], asked["headers"]) == ("REQUEST", {"Authorization": "Bearer x"})
    assert asked["methodArn"].startswith("arn:aws:execute-api:")
    assert asked["methodArn"].endswith("/dev/POST/api/AddThing")
    assert "body" not in asked


@pytest.mark.parametrize("path", ["/api/AddThing", "/THINGS/", "/things.json", "/json/reply/addthing[]"])
@pytest.mark.parametrize(
    ("authorized", "status", "code"),
    [
        (RuntimeError("Unauthorized"), 401, "Unauthorized"),
        (policy("Deny"), 403, "Forbidden"),
        ({**policy(), "policyDocument": {"Statement": []}}, 403, "Forbidden"),
        (RuntimeError("the issuer is away"), 500, "InternalServerError"),
        ({"unexpected": 1}, 500, "InternalServerError"),
        ("nonsense", 500, "InternalServerError"),
    ],
)
def test_no_operation_runs_without_consent(path: str, authorized: Any, status: int, code: str) -> None:
    routed = Routed(authorized)
    found, body = status_and_body(routed.send(path=path))
    assert (found, body["ResponseStatus"]["ErrorCode"]) == (status, code)
    assert (body["ResponseStatus"]["Errors"], body["ResponseStatus"]["Meta"]) == ([], {"RequestId": "request-1"})
    assert routed.invoked == []


def test_forged_authorizers_word_does_not_count() -> None:
    routed = Routed(RuntimeError("Unauthorized"))
    assert routed.send(caller=WRITER)["statusCode"] == 401
    assert routed.invoked == []
    assert Routed().send(caller={"principalId": "root", "roles": "superadmin"}) == RESPONSE


def test_refusal_asks_for_a_token_in_the_callers_format() -> None:
    response = Routed(RuntimeError("Unauthorized")).send(path="/xml/reply/AddThing")
    assert header(response, "WWW-Authenticate") == "Bearer"
    assert header(response, "Content-Type") == "application/xml"
    assert "<ErrorCode>Unauthorized</ErrorCode><Message>Not Authenticated</Message>" in response["body"]


def test_slow_authorizer_leaves_no_time_for_the_operation() -> None:
    routed = Routed()
    response = routed.send(context=Context(remaining_milliseconds=21_999))
    assert (response["statusCode"], header(response, "Retry-After"), routed.invoked) == (503, "5", [])


class Throttled:
    def invoke(self, function: str, given: Any) -> Any:
        if function == AUTHORIZER:
            return policy()
        raise ServiceBusy("Lambda is busy.")


def test_function_that_is_throttled_is_a_503_and_one_that_fails_a_500() -> None:
    router = Router([THINGS], AUTHORIZER, Throttled, lambda *_: None)
    assert router.handle(event("POST", "/api/AddThing"), Context())["statusCode"] == 503  # type: ignore[arg-type]
    failed = Routed(result=RuntimeError("secret detail")).send()
    assert (failed["statusCode"], "secret" in failed["body"]) == (500, False)


@pytest.mark.parametrize("path", ["/things", "/api/AddThing", "/nope", "/", "/things/7.xml"])
def test_options_needs_nobody(path: str) -> None:
    routed = Routed()
    response = routed.send("OPTIONS", path)
    assert (response["statusCode"], response["body"], routed.asked) == (200, "", [])


@pytest.mark.parametrize(
    ("method", "path", "status", "allow"),
    [
        ("GET", "/nope", 404, None),
        ("POST", "/metadata", 404, None),
        ("DELETE", "/things", 405, "POST, OPTIONS"),
        ("PUT", "/things/7", 405, "GET, HEAD, OPTIONS"),
        ("GET", "/api/AddThing", 405, "POST, OPTIONS"),
        ("GET", "/api/Nope", 405, "OPTIONS"),
        ("POST", "/yaml/reply/AddThing", 404, None),
    ],
)
def test_unknown_paths_and_methods_ask_nobody(method: str, path: str, status: int, allow: str | None) -> None:
    routed = Routed()
    response = routed.send(method, path)
    found, body = status_and_body(response)
    assert (found, header(response, "Allow"), routed.asked) == (status, allow, [])
    assert body["ResponseStatus"]["ErrorCode"] == ("NotFound" if status == 404 else "NotImplementedException")


def test_pages_are_open_to_everybody() -> None:
    routed = Routed()
    response = routed.send("GET", "/metadata", query={"op": "X"})
    assert (response["statusCode"], response["body"]) == (200, "https://api.se {'op': 'X'}")
    assert header(response, "Content-Type") == "text/html; charset=utf-8"
    assert routed.send("HEAD", "/metadata")["body"] == ""
    assert routed.asked == []


@pytest.mark.parametrize("path", ["/api", "/api/"])
def test_api_lists_the_operations(path: str) -> None:
    response = Routed().send("GET", path)
    assert header(response, "Content-Type") == "application/json; charset=utf-8"
    (first, second) = json.loads(response["body"])["other"]
    assert first == {
        "Name": "AddThing",
        "Returns": "Thing",
        "Links": {"api": "https://api.se/api/AddThing", "ui": "https://api.se/json/metadata?op=AddThing"},
    }
    assert second["Name"] == "GetThing"


def test_overridden_method_decides() -> None:
    routed = Routed()
    assert routed.send("POST", "/things/7", headers={"X-Http-Method-Override": "GET"}) == RESPONSE
    assert routed.send("GET", "/api/AddThing", query={"X-HTTP-Method-Override": "post"}) == RESPONSE
    assert routed.send("POST", "/api/AddThing", headers={"x-http-method-override": "PUT"})["statusCode"] == 405


def test_predefined_route_behind_a_base_path_reaches_its_function() -> None:
    routed = Routed()
    request = behind("/{proxy+}", "/bridge/api/AddThing", method="POST", proxy="api/AddThing", body="{}")
    context: Any = Context()
    assert routed.router.handle(request, context)["statusCode"] == 418
    (invoked,), (asked,) = routed.invoked, routed.asked
    assert invoked["path"] == "/api/AddThing"
    assert asked["methodArn"].endswith("/POST/api/AddThing")
