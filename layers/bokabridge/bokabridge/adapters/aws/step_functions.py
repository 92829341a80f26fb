"""Starting runs in Step Functions."""

import json
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.errors import transient_as_retriable

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient


class StepFunctionsWorkflow:
    """Workflow on Step Functions. An execution has its job's id as its name, so it can only be started once."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, company_id: str, job_id: str) -> None:
        """See Workflow. The input has ids only, because Step Functions keeps an execution's history for 90 days."""
        try:
            with transient_as_retriable("Step Functions"):
                self._client.start_execution(
                    stateMachineArn=self._state_machine_arn,
                    name=job_id,
                    input=json.dumps({"CompanyId": company_id, "JobId": job_id}),
                )
        except self._client.exceptions.ExecutionAlreadyExists:
            return
