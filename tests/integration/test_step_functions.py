"""The start of a run in Step Functions, over real HTTP."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bokabridge.adapters.aws.clients import step_functions
from bokabridge.adapters.aws.step_functions import StepFunctionsWorkflow
from bokabridge.errors import DeliveryUnclear, RetriableError
from tests.aws_server import Responses, aws, failure, step_functions_client, unreachable

ARN = "arn:aws:states:eu-north-1:123456789012:stateMachine:sync"
STARTED = (200, {"executionArn": "arn", "startDate": 0})
FAILING = failure("InternalFailure", status=500)
THROTTLED = failure("ThrottlingException")
ABSENT = failure("ExecutionDoesNotExist")


def start(url: str) -> None:
    StepFunctionsWorkflow(lambda: step_functions_client(url), ARN).start("company", "job")


def test_an_execution_has_the_jobs_id_as_its_name_and_only_ids_in_its_input() -> None:
    with aws([STARTED]) as (url, requests):
        start(url)
    (request,) = requests
    assert (request["stateMachineArn"], request["name"]) == (ARN, "job")
    assert json.loads(request["input"]) == {"CompanyId": "company", "JobId": "job"}


def test_starting_a_run_that_was_started_before_does_nothing() -> None:
    with aws([failure("ExecutionAlreadyExists")]) as (url, requests):
        start(url)
    assert len(requests) == 1


@pytest.mark.parametrize("code", ["ThrottlingException", "ExecutionLimitExceeded"])
def test_run_that_step_functions_refused_to_start_for_now_was_certainly_not_started(code: str) -> None:
    with aws([failure(code)]) as (url, requests), pytest.raises(RetriableError, match="Step Functions is busy"):
        start(url)
    assert len(requests) == 2


def test_run_was_certainly_not_started_if_step_functions_cannot_be_reached() -> None:
    with unreachable() as url, pytest.raises(RetriableError):
        start(url)


@pytest.mark.parametrize("code", ["StateMachineDoesNotExist", "AccessDeniedException", "ValidationException"])
def test_a_fault_of_the_deployment_stays_the_error_that_it_is(code: str) -> None:
    with aws([failure(code)]) as (url, requests), pytest.raises(ClientError, match=code):
        start(url)
    assert len(requests) == 1


@pytest.mark.parametrize("second", [STARTED, failure("ExecutionAlreadyExists")])
def test_start_without_a_clear_response_is_repeated_at_once(second: tuple[int, dict[str, object]]) -> None:
    with aws([FAILING, second]) as (url, requests):
        start(url)
    assert len(requests) == 2


@pytest.mark.parametrize("second", [FAILING, THROTTLED, failure("AccessDeniedException")])
def test_start_that_stays_unclear_is_looked_up(second: tuple[int, dict[str, object]]) -> None:
    """The first request may have started the run, whatever the response to the second one says."""
    with aws([FAILING, second, (200, {"status": "RUNNING"})]) as (url, requests):
        start(url)
    assert requests[2] == {"executionArn": "arn:aws:states:eu-north-1:123456789012:execution:sync:job"}


@pytest.mark.parametrize("look", [ABSENT, FAILING, failure("AccessDeniedException")])
def test_start_that_no_look_confirms_is_unclear(look: tuple[int, dict[str, object]]) -> None:
    """Step Functions shows a new execution a little late, so its absence proves nothing."""
    responses: Responses = [FAILING, FAILING, look]
    with aws(responses) as (url, _), pytest.raises(DeliveryUnclear):
        start(url)


@contextmanager
def hanging_up() -> Iterator[str]:
    """The URL of a service that reads each request and closes the connection without a response."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)

        Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_start_whose_connection_broke_after_sending_is_unclear() -> None:
    with hanging_up() as url, pytest.raises(DeliveryUnclear):
        start(url)


def test_deployed_client_makes_one_attempt_and_leaves_the_next_to_the_adapter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    config: Any = step_functions().meta.config
    assert config.retries["total_max_attempts"] == 1
