"""Starting runs in Step Functions."""

import json
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING

from botocore import exceptions

from bokabridge.adapters.aws.errors import busy, is_transient
from bokabridge.adapters.dynamodb.attempts import attempts
from bokabridge.errors import DeliveryUnclear

if TYPE_CHECKING:
    from types_boto3_stepfunctions import SFNClient

_SERVICE = "Step Functions"

_MAX_ATTEMPTS = 2
"""With the client's timeouts (3 s to connect, 5 s to read) and one look, a start takes 16 s at most: the function has
25 s."""

_NOT_SENT = (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError)
"""There was no connection: it was refused or timed out, or the host is unknown."""


class StepFunctionsWorkflow:
    """Workflow on Step Functions. An execution has its job's id as its name, so it can only be started once.

    `client` returns the same client each time. It is called at a start only, because most functions and requests start
    nothing. The client must not retry by itself: after a lost response, the outcome of its last attempt says nothing
    about the earlier ones.
    """

    def __init__(self, client: "Callable[[], SFNClient]", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def start(self, company_id: str, job_id: str) -> None:
        """See Workflow. The input has ids only, because Step Functions keeps an execution's history for 90 days."""
        client, may_be_started = self._client(), False
        for _ in islice(attempts(), _MAX_ATTEMPTS):
            try:
                client.start_execution(
                    stateMachineArn=self._state_machine_arn,
                    name=job_id,
                    input=json.dumps({"CompanyId": company_id, "JobId": job_id}),
                )
            except client.exceptions.ExecutionAlreadyExists:
                return
            except Exception as error:
                if not is_transient(error) and not may_be_started:
                    raise
                may_be_started = may_be_started or _may_have_arrived(error)
            else:
                return
        if not may_be_started:
            raise busy(_SERVICE)
        if not self._exists(job_id):
            raise DeliveryUnclear("Step Functions did not confirm that it started the sync.")

    def _exists(self, job_id: str) -> bool:
        """True if Step Functions shows the execution. It shows a new one a little late, so False proves nothing."""
        execution = f"{self._state_machine_arn.replace(':stateMachine:', ':execution:')}:{job_id}"
        try:
            self._client().describe_execution(executionArn=execution)
        except (exceptions.ClientError, exceptions.ConnectionError, exceptions.HTTPClientError):
            return False
        return True


def _may_have_arrived(error: Exception) -> bool:
    """True if Step Functions may have carried out the request that ended with this error."""
    if isinstance(error, exceptions.ClientError):
        return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500
    return not isinstance(error, _NOT_SENT)
