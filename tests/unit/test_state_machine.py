"""The state machine of a sync: its retries, its waits and its limits."""

from typing import Any

import pytest
import yaml
from jsonata import Jsonata

from bokabridge.errors import CredentialsRejected, FatalError, RetriableError, ServiceBusy, SyncStopped, WorkerBusy
from bokabridge.steps import UNEXPECTED, Ending, ending
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.overdue import LONGEST_RUN
from bokabridge.usersync.page import AFTERMATH
from bokabridge.usersync.wait import MAX_WAIT_SECONDS, MAX_WAITED_SECONDS
from local.stack.paths import ROOT
from tests.template import resources, template

MACHINE: dict[str, Any] = yaml.safe_load((ROOT / "functions" / "usersync" / "workflow.asl.yaml").read_text())
STATES = MACHINE["States"]


def retrier(error: str, state: str = "Page") -> dict[str, Any]:
    """The retrier of a state that Step Functions finds first for an error of this name."""
    for candidate in STATES[state]["Retry"]:
        if error in candidate["ErrorEquals"] or candidate["ErrorEquals"] == ["States.ALL"]:
            found: dict[str, Any] = candidate
            return found
    raise LookupError(error)


def waits(of: dict[str, Any]) -> list[float]:
    """The waits of a retrier in seconds, the longest that its jitter allows."""
    longest = of.get("MaxDelaySeconds", float("inf"))
    return [min(longest, of["IntervalSeconds"] * of["BackoffRate"] ** at) for at in range(of["MaxAttempts"])]


def evaluated(text: str, states: dict[str, Any]) -> Any:
    """The value of a JSONata expression of a state. Step Functions fails the run if there is none."""
    expression = Jsonata(text.removeprefix("{%").removesuffix("%}"))
    expression.assign("states", states)
    value = expression.evaluate(None)
    assert value is not None, f"{text} has no value."
    return value


def page_timeout_seconds() -> int:
    timeout: int = resources()["UserSyncPageFunction"]["Properties"]["Timeout"]
    return timeout


def lease_seconds() -> int:
    default: int = template()["Parameters"]["LeaseSeconds"]["Default"]
    return default


def test_dead_worker_is_outwaited_at_a_constant_interval_without_using_up_axemas_patience() -> None:
    found = retrier(WorkerBusy.__name__)
    assert found["ErrorEquals"] == [WorkerBusy.__name__]
    assert len(set(waits(found))) == 1
    assert sum(waits(found)) > 4 * (page_timeout_seconds() + AFTERMATH.total_seconds())


@pytest.mark.parametrize("error", [ServiceBusy.__name__, "Lambda.TooManyRequestsException", "Lambda.ServiceException"])
def test_long_throttling_by_aws_is_retried_for_minutes_within_the_lease(error: str) -> None:
    """Full jitter would wait for half of that on average, and hardly at all in the worst case."""
    found = retrier(error)
    assert RetriableError.__name__ not in found["ErrorEquals"]
    assert 180 < sum(waits(found)) < lease_seconds()
    assert found.get("JitterStrategy", "NONE") == "NONE"


@pytest.mark.parametrize("state", ["CloseAsCompleted", "CloseAsFailed"])
def test_closing_waits_long_if_lambda_throttles(state: str) -> None:
    """Nothing is written meanwhile. A run that cannot close its job leaves it to the rule for broken runs."""
    found = retrier("Lambda.TooManyRequestsException", state)
    assert sum(waits(found)) >= 600
    assert found.get("JitterStrategy", "NONE") == "NONE"


@pytest.mark.parametrize(
    ("caught", "failure"),
    [
        ({"Error": "FatalError", "Cause": '{"errorMessage": "Wrong password."}'}, "Wrong password."),
        ({"Error": "States.Timeout", "Cause": ""}, UNEXPECTED),
        ({"Error": "States.Timeout"}, UNEXPECTED),
        ({"Cause": "no error"}, UNEXPECTED),
        ({}, UNEXPECTED),
    ],
)
def test_job_is_closed_as_failed_whatever_the_error_lacks(caught: dict[str, str], failure: str) -> None:
    """Step Functions does not always name a cause, and an expression without a value would fail the run."""
    ids = {"CompanyId": "company-1", "JobId": "job-1"}
    states = {"input": caught, "context": {"Execution": {"Input": ids}}}
    event = {name: evaluated(text, states) for name, text in STATES["CloseAsFailed"]["Arguments"]["Payload"].items()}
    assert ending(event) == Ending("company-1", "job-1", Failure(failure))


def test_axema_that_is_away_is_retried_for_minutes_and_each_wait_is_shorter_than_the_lease() -> None:
    found = retrier(RetriableError.__name__)
    assert sum(waits(found)) > 300
    assert max(waits(found)) + page_timeout_seconds() < lease_seconds()


@pytest.mark.parametrize("error", [FatalError, CredentialsRejected, SyncStopped])
def test_final_error_is_not_retried(error: type[Exception]) -> None:
    assert retrier(error.__name__)["MaxAttempts"] == 0


def test_machine_waits_as_long_as_the_worker_says_before_it_calls_axema_again() -> None:
    done, wait = STATES["IsDone"]["Choices"]
    assert (done["Next"], wait["Next"], STATES["IsDone"]["Default"]) == ("CloseAsCompleted", "Wait", "Page")
    assert wait["Condition"] == "{% $exists($states.input.WaitSeconds) %}"
    assert STATES["Wait"]["Seconds"] == "{% $max([1, $states.input.WaitSeconds]) %}"
    assert STATES["Wait"]["Next"] == "Page"


def test_run_ends_after_six_hours_which_hold_all_the_waits_that_axema_may_ask_for() -> None:
    assert MACHINE["TimeoutSeconds"] == 6 * 3600
    assert MAX_WAIT_SECONDS <= MAX_WAITED_SECONDS < MACHINE["TimeoutSeconds"]
    assert LONGEST_RUN.total_seconds() == MACHINE["TimeoutSeconds"]


def test_task_lasts_longer_than_its_function() -> None:
    """A task that ended first would be repeated while the function still works."""
    assert STATES["Page"]["TimeoutSeconds"] > page_timeout_seconds() + AFTERMATH.total_seconds()
