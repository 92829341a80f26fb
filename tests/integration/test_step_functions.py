"""The start of a run in Step Functions, over real HTTP."""

import json

import pytest
from botocore.exceptions import ClientError

from bokabridge.adapters.aws.step_functions import StepFunctionsWorkflow
from bokabridge.errors import RetriableError
from tests.aws_server import Responses, aws, failure, step_functions_client, unreachable

ARN = "arn:aws:states:eu-north-1:123456789012:stateMachine:sync"
STARTED: Responses = [(200, {"executionArn": "arn", "startDate": 0})]


def start(url: str) -> None:
    StepFunctionsWorkflow(step_functions_client(url), ARN).start("company", "job")


def test_an_execution_has_the_jobs_id_as_its_name_and_only_ids_in_its_input() -> None:
    with aws(STARTED) as (url, requests):
        start(url)
    (request,) = requests
    assert (request["stateMachineArn"], request["name"]) == (ARN, "job")
    assert json.loads(request["input"]) == {"CompanyId": "company", "JobId": "job"}


def test_starting_a_run_that_was_started_before_does_nothing() -> None:
    with aws([failure("ExecutionAlreadyExists")]) as (url, _):
        start(url)


@pytest.mark.parametrize(
    "response",
    [failure("ThrottlingException"), failure("ExecutionLimitExceeded"), failure("InternalFailure", status=500)],
)
def test_a_step_functions_that_is_busy_or_failing_can_be_tried_again(response: tuple[int, dict[str, object]]) -> None:
    with aws([response]) as (url, _), pytest.raises(RetriableError, match="Step Functions is busy"):
        start(url)


def test_a_step_functions_that_cannot_be_reached_can_be_tried_again() -> None:
    with unreachable() as url, pytest.raises(RetriableError):
        start(url)


@pytest.mark.parametrize("code", ["StateMachineDoesNotExist", "AccessDeniedException", "ValidationException"])
def test_a_fault_of_the_deployment_stays_the_error_that_it_is(code: str) -> None:
    with aws([failure(code)]) as (url, _), pytest.raises(ClientError, match=code):
        start(url)
