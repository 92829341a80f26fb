"""The end of a run. The run itself calls it, and so does the rule that watches for broken runs."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.steps import ending, run_step
from bokabridge.usersync.close import close_sync
from bokabridge.wiring.usersync import jobs


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, bool]:
    """{CompanyId, JobId, Error?, Cause?} or an "Execution Status Change" event → {Closed}.

    Closed is False if the job was closed before.
    """
    closing = ending(event)

    def step(company_id: str, job_id: str) -> dict[str, bool]:
        return {"Closed": close_sync(company_id, job_id, closing.failure, jobs=jobs(), clock=utc_now)}

    return run_step(step, {"CompanyId": closing.company_id, "JobId": closing.job_id}, context)
