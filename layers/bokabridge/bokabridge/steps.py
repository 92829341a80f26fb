"""The steps of a run as Step Functions calls them: what comes in, and which errors go out.

Step Functions stores what a function raises, for 90 days and for everybody who may read histories. So only sentences of
our own go out: FatalError (the run is over), RetriableError (the other side is away; the step is tried again for some
minutes) and StepFailed (something broke; it is tried again soon).
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.errors import FatalError, RetriableError
from bokabridge.logs import logger

UNEXPECTED = "Something went wrong on our side, and the sync was stopped. What it had written stays; start it again."
STOPPED = "The sync was stopped before it was finished. What it had written stays; start it again to finish."


class StepFailed(Exception):
    """A step broke in a way nobody foresaw; the log says how."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Which job ends, and why it failed (None: it did not)."""

    company_id: str
    job_id: str
    failure: str | None


def run_step[Result](step: Callable[[str, str], Result], event: dict[str, Any], context: LambdaContext) -> Result:
    """Runs a step for {CompanyId, JobId}. Raises FatalError, RetriableError or StepFailed and nothing else."""
    logger().append_keys(request_id=context.aws_request_id, company_id=event["CompanyId"], job_id=event["JobId"])
    try:
        result = step(event["CompanyId"], event["JobId"])
    except FatalError as error:
        logger().warning("step ended the run", reason=str(error))
        raise FatalError(str(error)) from None
    except RetriableError as error:
        logger().warning("step must be tried again", reason=str(error))
        raise RetriableError(str(error)) from None
    except Exception as error:  # noqa: BLE001 (whatever it says must not go out)
        logger().exception("step failed")
        raise StepFailed(type(error).__name__) from None
    logger().info("step done", result=result)
    return result


def ending(event: dict[str, Any]) -> Ending:
    """What `usersync/close` is asked to do, by the run itself or by EventBridge's "Execution Status Change"."""
    if "detail" in event:
        run = json.loads(event["detail"]["input"])
        return Ending(run["CompanyId"], run["JobId"], STOPPED)
    failure = _sentence(event["Error"], event.get("Cause") or "") if event.get("Error") else None
    return Ending(event["CompanyId"], event["JobId"], failure)


def _sentence(error: str, cause: str) -> str:
    """Our own errors bring their sentence; of everything else a person only needs to know that it was us."""
    if error not in (FatalError.__name__, RetriableError.__name__):
        return UNEXPECTED
    try:
        return str(json.loads(cause)["errorMessage"])
    except (ValueError, LookupError, TypeError):
        return UNEXPECTED
