"""A stand-in for an AWS service, over real HTTP, and the SDK's client of it. Each test sets the responses."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from werkzeug.wrappers import Request, Response

from tests.servers import serving

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_scheduler import EventBridgeSchedulerClient
    from types_boto3_secretsmanager import SecretsManagerClient
    from types_boto3_sns import SNSClient
    from types_boto3_ssm import SSMClient
    from types_boto3_stepfunctions import SFNClient

Responses = list[tuple[int, dict[str, Any]]]
"""HTTP statuses and bodies, in the order of the requests."""

_ACCESS: dict[str, Any] = {
    "region_name": "eu-north-1",
    "aws_access_key_id": "test",
    "aws_secret_access_key": "test",
    "config": Config(retries={"total_max_attempts": 1}, parameter_validation=False),
}
"""One attempt, so that no test waits for the SDK's retries."""


def dynamodb_client(url: str) -> "DynamoDBClient":
    return boto3.client("dynamodb", endpoint_url=url, **_ACCESS)


def step_functions_client(url: str) -> "SFNClient":
    return boto3.client("stepfunctions", endpoint_url=url, **_ACCESS)


def secrets_manager_client(url: str) -> "SecretsManagerClient":
    return boto3.client("secretsmanager", endpoint_url=url, **_ACCESS)


def systems_manager_client(url: str) -> "SSMClient":
    return boto3.client("ssm", endpoint_url=url, **_ACCESS)


def scheduler_client(url: str) -> "EventBridgeSchedulerClient":
    return boto3.client("scheduler", endpoint_url=url, **_ACCESS)


def sns_client(url: str) -> "SNSClient":
    return boto3.client("sns", endpoint_url=url, **_ACCESS)


@contextmanager
def aws(responses: Responses) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The URL of a service that sends these responses (then repeats the last one), and the requests it received."""
    requests: list[dict[str, Any]] = []

    def respond(request: Request) -> Response:
        requests.append(json.loads(request.get_data() or "{}"))
        status, body = responses[min(len(requests), len(responses)) - 1]
        return Response(json.dumps(body), status, content_type="application/x-amz-json-1.0")

    with serving(respond) as url:
        yield url, requests


@contextmanager
def dynamodb(responses: Responses) -> Iterator[tuple["DynamoDBClient", list[dict[str, Any]]]]:
    """A client of a DynamoDB that sends these responses (then repeats the last one), and the requests it received."""
    with aws(responses) as (url, requests):
        yield dynamodb_client(url), requests


@contextmanager
def unreachable() -> Iterator[str]:
    """A URL on this machine that refuses connections. The port is bound, and no process listens on it."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


def failure(code: str, *reasons: str, status: int = 400) -> tuple[int, dict[str, Any]]:
    """The response for a call that fails with this code. `reasons` are the reasons of a cancelled transaction."""
    body = {"__type": f"com.amazonaws#{code}", "message": "A failure for a test."}
    return status, {**body, "CancellationReasons": [{"Code": reason} for reason in reasons]}
