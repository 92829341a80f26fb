"""The Lambda functions behind the router."""

from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.functions import LambdaFunctions
from bokabridge.http.router import Functions
from bokabridge.wiring.environment import required


@cache
def functions() -> Functions:
    """The functions by the variables with their ARNs, invoked through Lambda's API."""
    return LambdaFunctions(clients.lambda_(), required)
