"""The Lambda functions behind the router."""

from collections.abc import Mapping
from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.functions import LambdaFunctions
from bokabridge.http.router import Functions
from bokabridge.operations.served import AUTHORIZER, SERVED
from bokabridge.wiring.environment import required


@cache
def functions() -> Functions:
    """The functions, invoked through Lambda's API."""
    return LambdaFunctions(clients.lambda_())


@cache
def arns() -> Mapping[str, str]:
    """The functions' ARNs, by the environment variables that have them."""
    return {name: required(name) for name in (AUTHORIZER, *(operation.function for operation in SERVED))}
