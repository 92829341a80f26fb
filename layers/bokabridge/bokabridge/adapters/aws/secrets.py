"""Credentials in Secrets Manager: the companies' for Axema, `<prefix><company id>`, and our own for VOSS. All are JSON.

A company's secret has the secret members of its connection, such as {"ClientSecret", "ApiKey"}, by their names on the
wire.
"""

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.parameters import SecretsProvider
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from pydantic import TypeAdapter

from bokabridge.adapters.aws import clients
from bokabridge.errors import FatalError
from bokabridge.settings.kinds import KINDS, secret_types
from bokabridge.settings.kinds.connection import Connection, wire_name
from bokabridge.settings.model import AxemaSecret
from bokabridge.text import is_printable_ascii

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

MAX_AGE_SECONDS = 300
"""A warm function keeps a secret for this time. It reads a secret that Axema refuses again at once."""


class AxemaSecrets:
    """SecretStore on Secrets Manager."""

    def __init__(self, client: "SecretsManagerClient", prefix: str, kinds: Sequence[type[Connection]] = KINDS) -> None:
        self._client = client
        self._prefix = prefix
        self._kinds = kinds

    def get(self, company_id: str, *, fresh: bool = False) -> AxemaSecret:
        """See SecretStore."""
        try:
            name = self._prefix + company_id
            return self._parse(self._provider.get(name, max_age=MAX_AGE_SECONDS, force_fetch=fresh))
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
            return self._parse(stored)
        except ValueError:
            return None

    def put(self, company_id: str, secret: AxemaSecret) -> None:
        """See SecretStore."""
        name = self._prefix + company_id
        text = json.dumps({wire_name(member): value for member, value in secret.members.items()})
        try:
            self._client.put_secret_value(SecretId=name, SecretString=text)
        except self._client.exceptions.ResourceNotFoundException:
            self._client.create_secret(Name=name, SecretString=text)

    def _parse(self, stored: Any) -> AxemaSecret:
        """The secrets in the JSON. Raises ValueError, also for a secret that a request would not be allowed to give."""
        members = json.loads(stored)
        if not isinstance(members, dict):
            raise ValueError("not an object")  # noqa: TRY004 (the text is wrong, not our call)
        return AxemaSecret(
            {
                name: check.validate_python(str(members[wire_name(name)]))
                for name, check in self._checks.items()
                if members.get(wire_name(name))
            }
        )

    @cached_property
    def _checks(self) -> "dict[str, TypeAdapter[str]]":
        return {name: TypeAdapter(secret_type) for name, secret_type in secret_types(self._kinds).items()}

    @cached_property
    def _provider(self) -> SecretsProvider:
        return SecretsProvider(boto3_client=self._client)


@dataclass(frozen=True, slots=True, repr=False)
class VossSecret:
    """Our credentials at VOSS: an OAuth client, an API key, or both. Has no repr, so that no log can show it."""

    client_id: str | None
    client_secret: str | None
    api_key: str | None


def voss_secret(name: str, *, fresh: bool) -> VossSecret:
    """The secret `{"ClientId", "ClientSecret"}` or `{"ApiKey"}`. Raises FatalError if it is missing or unusable.

    An unusable secret is read again at once, because an operator may have corrected it.
    """
    stored = _read_object(name, fresh)
    wrong = [member for member in _VOSS_MEMBERS if stored.get(member) and not _is_sendable(stored[member])]
    if wrong and not fresh:
        return voss_secret(name, fresh=True)
    if wrong:
        raise FatalError(
            f"The {wrong[0]} in the secret {name} cannot be sent, because it is not text in printable ASCII or has a "
            "blank or a line break at an end. Store it again without that."
        )
    return VossSecret(*(stored.get(member) or None for member in _VOSS_MEMBERS))


_VOSS_MEMBERS = ("ClientId", "ClientSecret", "ApiKey")


def _read_object(name: str, fresh: bool) -> dict[str, Any]:
    """The secret's members. The error is raised outside of the handler: the parser's own errors have the secret."""
    found: Any = None
    with suppress(GetParameterError, TypeError, ValueError, RecursionError):
        stored: Any = _provider().get(name, max_age=MAX_AGE_SECONDS, force_fetch=fresh)
        found = json.loads(stored)
    if not isinstance(found, dict):
        raise FatalError("The credentials for VOSS could not be read from Secrets Manager.")
    return found


def _is_sendable(value: Any) -> bool:
    """RFC 6749, A.1 and A.2 for an OAuth client, RFC 9110, 5.5 for a header."""
    return isinstance(value, str) and is_printable_ascii(value) and value == value.strip()


@cache
def _provider() -> SecretsProvider:
    return SecretsProvider(boto3_client=clients.secrets_manager())
