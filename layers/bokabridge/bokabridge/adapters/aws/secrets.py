"""Credentials in Secrets Manager: the companies' for Axema, `<prefix><company id>`, and our own for VOSS. All are JSON.

{"Password"} of a local endpoint, {"ClientSecret", "ApiKey"} of VAKA Online; what a company does not have is absent.
"""

import json
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError

from bokabridge.adapters.aws import clients
from bokabridge.errors import FatalError
from bokabridge.settings.model import AxemaSecret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

MAX_AGE = 300
"""Seconds that a warm function keeps a secret. One that Axema refuses is read anew at once."""


class AxemaSecrets:
    """SecretStore on Secrets Manager."""

    def __init__(self, client: "SecretsManagerClient", prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def get(self, company_id: str, *, fresh: bool = False) -> AxemaSecret:
        """See SecretStore."""
        try:
            return _secret(self._provider.get(self._prefix + company_id, max_age=MAX_AGE, force_fetch=fresh))
        except (GetParameterError, ValueError):
            raise FatalError(
                "The company's Axema credentials could not be read. Save the Axema settings again."
            ) from None

    def find(self, company_id: str) -> AxemaSecret | None:
        """See SecretStore."""
        try:
            stored = self._client.get_secret_value(SecretId=self._prefix + company_id)["SecretString"]
        except self._client.exceptions.ResourceNotFoundException:
            return None
        try:
            return _secret(stored)
        except ValueError:
            return None

    def put(self, company_id: str, secret: AxemaSecret) -> None:
        """See SecretStore."""
        members = {"Password": secret.password, "ClientSecret": secret.client_secret, "ApiKey": secret.api_key}
        name, text = self._prefix + company_id, json.dumps({key: value for key, value in members.items() if value})
        try:
            self._client.put_secret_value(SecretId=name, SecretString=text)
        except self._client.exceptions.ResourceNotFoundException:
            self._client.create_secret(Name=name, SecretString=text)

    @cached_property
    def _provider(self) -> SecretsProvider:
        return SecretsProvider(boto3_client=self._client)


def _secret(stored: Any) -> AxemaSecret:
    """From the JSON. Raises ValueError, for an API key too that cannot be sent as a header."""
    members = json.loads(stored)
    if not isinstance(members, dict):
        raise ValueError("not an object")  # noqa: TRY004 (the text is wrong, not our call)
    password, client_secret, api_key = (_text(members.get(name)) for name in ("Password", "ClientSecret", "ApiKey"))
    if api_key and not (api_key.isascii() and api_key.isprintable()):
        raise ValueError("not printable")
    return AxemaSecret(password, client_secret, api_key)


def _text(value: Any) -> str | None:
    return str(value) if value else None


@dataclass(frozen=True, slots=True, repr=False)
class VossSecret:
    """Our credentials at VOSS: an OAuth client, an API key, or both. Without a repr, so that no log can show it."""

    client_id: str | None
    client_secret: str | None
    api_key: str | None


def voss_secret(name: str, *, fresh: bool) -> VossSecret:
    """The secret `{"ClientId", "ClientSecret"}` or `{"ApiKey"}`. Raises FatalError when it is missing or unreadable."""
    try:
        stored: Any = _provider().get(name, max_age=MAX_AGE, transform="json", force_fetch=fresh)
        return VossSecret(stored.get("ClientId"), stored.get("ClientSecret"), stored.get("ApiKey"))
    except (GetParameterError, AttributeError, TypeError, ValueError):
        raise FatalError("The credentials for VOSS could not be read from Secrets Manager.") from None


@cache
def _provider() -> SecretsProvider:
    return SecretsProvider(boto3_client=clients.secrets_manager())
