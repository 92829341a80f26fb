"""The Lambda functions behind the router."""

from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.functions import LambdaFunctions
from bokabridge.http.router import Functions


@cache
def functions() -> Functions:
    """The functions, invoked through Lambda's API."""
    return LambdaFunctions(clients.lambda_())
