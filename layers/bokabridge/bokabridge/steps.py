"""The steps of a run, as Step Functions calls them.

Step Functions stores the errors of a step for 90 days, and shows them to everyone who may read execution histories. A
step therefore raises only messages of our own. FatalError ends the run. After RetriableError, which means that another
system does not respond, Step Functions retries the step for some minutes. After StepFailed it retries soon.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.errors import FatalError, RetriableError
from bokabridge.logs import logger

UNEXPECTED = "An error on our side stopped the sync. The changes it made remain. Start it again to finish."
STOPPED = "The sync was stopped before it finished. The changes it made remain. Start it again to finish."


class StepFailed(Exception):
    """An unexpected error in a step. The log has the details."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The job whose run has ended, and the message for it if it failed. None means that it completed."""

    company_id: str
    job_id: str
    failure: str | None


def run_step[Result](step: Callable[[str, str], Result], event: dict[str, Any], context: LambdaContext) -> Result:
    """Run a step for {CompanyId, JobId}. Raises FatalError, RetriableError or StepFailed and nothing else."""
    logger().append_keys(request_id=context.aws_request_id, company_id=event["CompanyId"], job_id=event["JobId"])
    try:
        result = step(event["CompanyId"], event["JobId"])
    except FatalError as error:
        logger().warning("step ended the run", reason=str(error))
        raise FatalError(str(error)) from None
    except RetriableError as error:
        logger().warning("step must be retried", reason=str(error))
        raise RetriableError(str(error)) from None
    except Exception as error:  # noqa: BLE001 (its message may hold personal data)
        logger().exception("step failed")
        raise StepFailed(type(error).__name__) from None
    logger().info("step done", result=result)
    return result


def ending(event: dict[str, Any]) -> Ending:
    """Read the event of `usersync/close`. The run itself sends one, or EventBridge: an "Execution Status Change"."""
    if "detail" in event:
        run = json.loads(event["detail"]["input"])
        return Ending(run["CompanyId"], run["JobId"], STOPPED)
    failure = _message(event["Error"], event.get("Cause") or "") if event.get("Error") else None
    return Ending(event["CompanyId"], event["JobId"], failure)


def _message(error: str, cause: str) -> str:
    """The message of an error of our own. All other errors get a general one, which blames our side."""
    if error not in (FatalError.__name__, RetriableError.__name__):
        return UNEXPECTED
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, LookupError, TypeError):
        return UNEXPECTED
