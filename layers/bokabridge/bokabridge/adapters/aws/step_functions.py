"""Starting runs in Step Functions."""

import json
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bokabridge.errors import RetriableError

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient


class StepFunctionsWorkflow:
    """Workflow on Step Functions. The execution bears the job's id, so it can only be started once."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, company_id: str, job_id: str) -> None:
        """See Workflow. Only ids travel: an execution's history is kept for 90 days."""
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=job_id,
                input=json.dumps({"CompanyId": company_id, "JobId": job_id}),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            return
        except (BotoCoreError, ClientError) as error:
            raise RetriableError("Step Functions did not take the run.") from error
