"""The hook before traffic: the new versions of the functions, and CodeDeploy, which waits for the result."""

from collections.abc import Iterable
from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.code_deploy import Deployments
from bokabridge.adapters.aws.functions import LambdaFunctions
from bokabridge.http.router import Functions
from bokabridge.wiring.environment import optional, required


@cache
def functions() -> Functions:
    """The new versions by the variables with their ARNs."""
    return LambdaFunctions(clients.lambda_(), required)


@cache
def deployments() -> Deployments:
    """The deployments that wait for the hook."""
    return Deployments(clients.code_deploy())


def new_versions(variables: Iterable[str] = ()) -> list[str]:
    """Those of the variables that this hook has."""
    return [name for name in variables if optional(name)]
