"""The steps of a run, as Step Functions calls them.

Step Functions stores the errors of a step for 90 days, and shows them to everyone who may read execution histories. A
step therefore raises only messages of our own. FatalError ends the run, and so do CredentialsRejected and SyncStopped.
After the others, Step Functions retries the step: for some minutes after RetriableError, which means that Axema does
not respond, and after ServiceBusy, until an earlier worker is certainly dead after WorkerBusy, and soon after
StepFailed.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.errors import CredentialsRejected, FatalError, RetriableError, ServiceBusy, SyncStopped, WorkerBusy
from bokabridge.logs import logger
from bokabridge.usersync.failure import Failure, FailureKind
from bokabridge.usersync.wait import GAVE_UP

UNEXPECTED = (
    "An error on our side stopped the sync. The changes it made remain. If a new sync stops too, tell our support."
)
OVERLOADED = (
    "A service of ours was not available for some minutes, so the sync was stopped. The changes it made remain. "
    "Start it again to finish."
)
TOO_LONG = (
    "The sync was stopped after 6 hours. The changes it made remain. Start it again: what is written already takes "
    "less time then."
)
STOPPED = "The sync was stopped before it finished. The changes it made remain. Start it again to finish."


class StepFailed(Exception):
    """An unexpected error in a step. The log has the details."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The job whose run has ended, and why it failed. None means that it completed."""

    company_id: str
    job_id: str
    failure: Failure | None


def run_step[Result](step: Callable[[str, str], Result], event: dict[str, Any], context: LambdaContext) -> Result:
    """Run a step for {CompanyId, JobId}.

    Raises FatalError, CredentialsRejected, SyncStopped, RetriableError, ServiceBusy, WorkerBusy or StepFailed and
    nothing else.
    """
    logger().append_keys(request_id=context.aws_request_id, company_id=event["CompanyId"], job_id=event["JobId"])
    try:
        result = step(event["CompanyId"], event["JobId"])
    except FatalError as error:
        logger().warning("step ended the run", reason=str(error))
        raise _final(error) from None
    except RetriableError as error:
        logger().warning("step must be retried", reason=str(error))
        raise _retriable(error) from None
    except Exception as error:  # noqa: BLE001 (its message may hold personal data)
        logger().exception("step failed")
        raise StepFailed(type(error).__name__) from None
    logger().info("step done", result=result)
    return result


def ending(event: dict[str, Any]) -> Ending:
    """Read the event of `usersync/close`. The run itself sends one, or EventBridge: an "Execution Status Change"."""
    if "detail" in event:
        run = json.loads(event["detail"]["input"])
        is_too_long = event["detail"].get("status") == "TIMED_OUT"
        return Ending(run["CompanyId"], run["JobId"], Failure(TOO_LONG if is_too_long else STOPPED))
    failure = _failure(event["Error"], event.get("Cause") or "") if event.get("Error") else None
    return Ending(event["CompanyId"], event["JobId"], failure)


def _retriable(error: RetriableError) -> RetriableError:
    """The error as one of the classes that the workflow knows by name."""
    if isinstance(error, WorkerBusy):
        return WorkerBusy()
    kind = ServiceBusy if isinstance(error, ServiceBusy) else RetriableError
    return kind(str(error))


def _final(error: FatalError) -> FatalError:
    """The error as one of the classes that the end of the run knows by name."""
    for kind in _KINDS:
        if isinstance(error, kind):
            return kind(str(error))
    return FatalError(str(error))


_KINDS: Mapping[type[FatalError], FailureKind] = {
    CredentialsRejected: FailureKind.Rejected,
    SyncStopped: FailureKind.Stopped,
}
"""The final errors from which something else follows than from others."""


def _failure(error: str, cause: str) -> Failure:
    """The failure of a run that ended with this error. One that is not ours gets a message that blames our side."""
    if error == ServiceBusy.__name__:
        return Failure(OVERLOADED)
    kinds = {kind.__name__: found for kind, found in _KINDS.items()}
    if error not in (FatalError.__name__, RetriableError.__name__, *kinds):
        return Failure(UNEXPECTED)
    try:
        message = str(json.loads(cause)["errorMessage"])
    except (ValueError, LookupError, TypeError):
        return Failure(UNEXPECTED)
    given_up = f"{message} {GAVE_UP}" if error == RetriableError.__name__ else message
    return Failure(given_up, kinds.get(error, FailureKind.Other))
