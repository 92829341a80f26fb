"""The companies' Axema credentials in Secrets Manager: one JSON secret each, `<prefix><company id>`."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from bokabridge.adapters import aws
from bokabridge.errors import FatalError
from bokabridge.usersync.settings import AxemaSecret

MAX_AGE = 300
"""Seconds that a warm function keeps a secret: a rotated one is used after that, without a deployment."""


def axema_secret(prefix: str, company_id: str) -> AxemaSecret:
    """The credentials of one company. Raises FatalError when they are missing or not readable."""
    try:
        stored: Any = _provider().get(prefix + company_id, max_age=MAX_AGE, transform="json")
        return AxemaSecret(str(stored["ClientId"]), str(stored["ClientSecret"]), str(stored["ApiKey"]))
    except (GetParameterError, LookupError, TypeError, ValueError):
        raise FatalError("The company's Axema credentials could not be read. Save the Axema settings again.") from None


@cache
def _provider() -> SecretsProvider:
    return SecretsProvider(boto3_client=aws.secrets_manager())
