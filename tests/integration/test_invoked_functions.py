"""Invoking Lambda functions over HTTP, with everything that Lambda can answer."""

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.aws.functions import LambdaFunctions
from bokabridge.errors import DeliveryUnclear, RequestTooLarge, ServiceBusy
from bokabridge.http.router import InvocationFailed
from local.server import Server

ARN = "arn:aws:lambda:eu-north-1:000000000000:function:things:live"


@dataclass
class Lambda:
    """Lambda's API. It answers with `response`, and notes the requests."""

    response: Callable[[], Response] = lambda: Response("{}")
    requests: list[Request] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)

    def __call__(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        self.requests.append(request)
        self.bodies.append(request.get_data())
        return self.response()(environ, start_response)


@pytest.fixture
def service() -> Lambda:
    return Lambda()


@pytest.fixture
def functions(service: Lambda) -> Iterator[LambdaFunctions]:
    with Server(service, 0) as server:
        yield functions_at(server.url)


def functions_at(url: str) -> LambdaFunctions:
    config = Config(read_timeout=1, connect_timeout=1, retries={"total_max_attempts": 1})
    access = {"region_name": "eu-north-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return LambdaFunctions(boto3.client("lambda", endpoint_url=url, config=config, **access), str)  # type: ignore[call-overload]


def error(status: int, code: str) -> Response:
    return Response(json.dumps({"Type": "User", "Message": "m"}), status, {"X-Amzn-ErrorType": code})


def test_event_and_result_are_json(service: Lambda, functions: LambdaFunctions) -> None:
    service.response = lambda: Response('{"statusCode": 200, "body": "å"}')
    assert functions.invoke(ARN, {"body": "ä😀\ud83d"}) == {"statusCode": 200, "body": "å"}
    assert "things%3Alive" in service.requests[0].environ["RAW_URI"]
    assert service.bodies[0].startswith('{"body": "ä😀'.encode())


def test_error_of_the_function_has_its_message(service: Lambda, functions: LambdaFunctions) -> None:
    service.response = lambda: Response(
        '{"errorMessage": "Unauthorized", "errorType": "Unauthorized"}', headers={"X-Amz-Function-Error": "Unhandled"}
    )
    with pytest.raises(InvocationFailed, match=r"^Unauthorized$"):
        functions.invoke(ARN, {})


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (429, "TooManyRequestsException", ServiceBusy),
        (413, "RequestEntityTooLargeException", RequestTooLarge),
    ],
)
def test_request_that_did_not_reach_the_function(
    service: Lambda, functions: LambdaFunctions, status: int, code: str, expected: type[Exception]
) -> None:
    service.response = lambda: error(status, code)
    with pytest.raises(expected):
        functions.invoke(ARN, {})
    assert len(service.requests) == 1


def test_lambda_that_cannot_be_reached_did_nothing() -> None:
    with pytest.raises(ServiceBusy):
        functions_at("http://127.0.0.1:1").invoke(ARN, {})


def test_lambda_that_does_not_answer_may_have_run_the_function(service: Lambda, functions: LambdaFunctions) -> None:
    def late() -> Response:
        time.sleep(1.5)
        return Response("{}")

    service.response = late
    with pytest.raises(DeliveryUnclear):
        functions.invoke(ARN, {})
    assert len(service.requests) == 1
