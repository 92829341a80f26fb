"""Secrets of the deployment in Secrets Manager that operators store as JSON objects."""

import json
from contextlib import suppress
from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from bokabridge.adapters.aws import clients
from bokabridge.errors import FatalError


def read_json_secret(name: str, what: str, *, fresh: bool = False) -> dict[str, Any]:
    """The secret's members. `what` begins the sentence of the FatalError if it cannot be read.

    The error is raised outside of the handler: the parser's own errors have the secret.
    """
    found: Any = None
    with suppress(GetParameterError, TypeError, ValueError, RecursionError):
        stored: Any = _provider().get(name, max_age=clients.SECRET_SECONDS, force_fetch=fresh)
        found = json.loads(stored)
    if not isinstance(found, dict):
        raise FatalError(f"{what} could not be read from Secrets Manager.")
    return found


@cache
def _provider() -> SecretsProvider:
    return SecretsProvider(boto3_client=clients.secrets_manager())
