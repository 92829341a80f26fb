"""Credentials in Secrets Manager: the companies' for Axema, one JSON secret each, and our own for VOSS."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, repr=False)
class VossSecret:
    """Our credentials at VOSS: an OAuth client, an API key, or both. Without a repr, so that no log can show it."""

    client_id: str | None
    client_secret: str | None
    api_key: str | None


def voss_secret(name: str) -> VossSecret:
    """The secret `{"ClientId", "ClientSecret"}` or `{"ApiKey"}`. Raises FatalError when it is missing or unreadable."""
    try:
        stored: Any = _provider().get(name, max_age=MAX_AGE, transform="json")
        return VossSecret(stored.get("ClientId"), stored.get("ClientSecret"), stored.get("ApiKey"))
    except (GetParameterError, AttributeError, TypeError, ValueError):
        raise FatalError("The credentials for VOSS could not be read from Secrets Manager.") from None


@cache
def _provider() -> SecretsProvider:
    return SecretsProvider(boto3_client=aws.secrets_manager())
