"""The steps of a run: their events, results and errors."""

import json
from typing import Any

import pytest

from bokabridge.errors import (
    CredentialsRejected,
    FatalError,
    LeaseLost,
    RetriableError,
    ServiceBusy,
    SyncStopped,
    Unreachable,
    WorkerBusy,
)
from bokabridge.steps import OVERLOADED, STOPPED, TOO_LONG, UNEXPECTED, Ending, StepFailed, ending, run_step
from bokabridge.usersync.failure import Failure, FailureKind
from bokabridge.usersync.wait import GAVE_UP
from tests.api_gateway import Context

IDS = {"CompanyId": "company-1", "JobId": "job-1"}


def run(error: Exception) -> None:
    def step(_company_id: str, _job_id: str) -> None:
        raise error

    run_step(step, IDS, Context())  # type: ignore[arg-type]


def test_step_receives_the_ids_and_its_result_is_returned() -> None:
    assert run_step(lambda *ids: ids, IDS, Context()) == ("company-1", "job-1")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "raised"),
    [
        (FatalError("Wrong password."), FatalError),
        (LeaseLost(), FatalError),
        (CredentialsRejected("Wrong password."), CredentialsRejected),
        (SyncStopped("The settings were removed."), SyncStopped),
        (RetriableError("Axema is unavailable."), RetriableError),
        (Unreachable("Axema did not respond."), RetriableError),
        (ServiceBusy("The database is busy."), ServiceBusy),
        (WorkerBusy(), WorkerBusy),
    ],
)
def test_errors_of_ours_are_raised_as_a_class_that_the_workflow_knows(error: Exception, raised: type) -> None:
    with pytest.raises(raised) as caught:
        run(error)
    assert type(caught.value) is raised
    assert str(caught.value) == str(error)


def test_unexpected_error_is_raised_without_its_message() -> None:
    with pytest.raises(StepFailed) as caught:
        run(ValueError("Öberg, Åsa has no phone"))
    assert str(caught.value) == "ValueError"
    assert caught.value.__suppress_context__


def failed(error: str, message: str) -> dict[str, Any]:
    return {**IDS, "Error": error, "Cause": json.dumps({"errorMessage": message, "errorType": error})}


@pytest.mark.parametrize(
    ("event", "failure"),
    [
        (IDS, None),
        (failed("FatalError", "Wrong password."), "Wrong password."),
        (failed("RetriableError", "Axema is unavailable."), f"Axema is unavailable. {GAVE_UP}"),
        (failed("ServiceBusy", "The database is busy."), OVERLOADED),
        (failed("WorkerBusy", "An earlier worker may still be writing."), UNEXPECTED),
        (failed("StepFailed", "ValueError"), UNEXPECTED),
        ({**IDS, "Error": "Runtime.ExitError", "Cause": "Runtime exited"}, UNEXPECTED),
        ({**IDS, "Error": "FatalError", "Cause": "no json"}, UNEXPECTED),
        ({**IDS, "Error": "States.Timeout", "Cause": None}, UNEXPECTED),
    ],
)
def test_ending_has_a_message_that_an_administrator_understands(event: dict[str, Any], failure: str | None) -> None:
    assert ending(event) == Ending("company-1", "job-1", Failure(failure) if failure else None)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("CredentialsRejected", FailureKind.Rejected),
        ("SyncStopped", FailureKind.Stopped),
        ("FatalError", FailureKind.Other),
        ("RetriableError", FailureKind.Other),
        ("Lambda.Unknown", FailureKind.Other),
    ],
)
def test_ending_has_the_kind_of_the_failure(error: str, kind: FailureKind) -> None:
    failure = ending(failed(error, "Why.")).failure
    assert failure is not None
    assert failure.kind is kind


@pytest.mark.parametrize(("status", "failure"), [("ABORTED", STOPPED), ("FAILED", STOPPED), ("TIMED_OUT", TOO_LONG)])
def test_status_change_event_names_the_job_of_a_broken_run(status: str, failure: str) -> None:
    event = {"source": "aws.states", "detail": {"status": status, "input": json.dumps(IDS)}}
    assert ending(event) == Ending("company-1", "job-1", Failure(failure))


@pytest.mark.parametrize("sentence", [STOPPED, UNEXPECTED, OVERLOADED, TOO_LONG])
def test_sentence_of_a_failed_run_says_what_remains(sentence: str) -> None:
    assert "The changes it made remain." in sentence
