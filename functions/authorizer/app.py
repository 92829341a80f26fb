"""The authorizer: API Gateway asks it who is calling, before every operation."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.auth.authorise import authorise
from bokabridge.clock import utc_now
from bokabridge.errors import RetriableError
from bokabridge.http.authorizer import Unauthorized, policy_for
from bokabridge.logs import logger
from bokabridge.metrics import failures_published
from bokabridge.wiring.callers import api_keys, tokens, uses


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's REQUEST authorizer event → a policy with the caller in its context."""
    logger().append_keys(request_id=context.aws_request_id)
    # An outage of DynamoDB or of the identity server is no fault of the deployed version.
    with failures_published(context, expected=(Unauthorized, RetriableError)):
        decide = partial(authorise, tokens=tokens(), api_keys=api_keys(), uses=uses(), clock=utc_now)
        return policy_for(event, decide)
