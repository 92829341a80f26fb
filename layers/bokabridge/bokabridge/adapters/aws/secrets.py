"""The companies' credentials for Axema in Secrets Manager: `<prefix><company id>`, as JSON.

A secret has the secret members of its connection, such as {"ClientSecret", "ApiKey"}, by their names on the
wire. Next to them it has `Version`, as in the settings that it was saved with, and `BoundTo`, the members of the
connection that it belongs to. Release 0.2.0 stored neither.
"""

import json
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from bokabridge.adapters.aws.clients import SECRET_SECONDS
from bokabridge.adapters.aws.errors import busy, transient_as_retriable
from bokabridge.errors import FatalError
from bokabridge.settings.kinds import KINDS, secret_types
from bokabridge.settings.kinds.connection import Connection, wire_name
from bokabridge.settings.model import AxemaSecret, AxemaSettings, StoredSecret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

_SERVICE = "Secrets Manager"

_VERSION, _BINDING = "Version", "BoundTo"
"""The members of a stored secret that are not secret."""

_CURRENT = "AWSCURRENT"
_STAGED = "BOKABRIDGE_STAGED"
"""Secrets Manager's label of the version in use, and ours of the newest version, which no settings may name yet.

Secrets Manager keeps versions that have a label.
"""

_MAX_STAGING_ATTEMPTS = 4
"""Another request may create, delete or restore the secret between two of our calls."""

RECOVERY_DAYS = 7
"""An operator can restore deleted secrets for this time, the shortest that Secrets Manager allows."""


class AxemaSecrets:
    """SecretStore on Secrets Manager: one secret per company, one version of it per connection.

    The version that the settings name is normally AWSCURRENT. Right after a save it may not be yet, and then it is read
    by its id.
    """

    def __init__(self, client: "SecretsManagerClient", prefix: str, kinds: Sequence[type[Connection]] = KINDS) -> None:
        self._client = client
        self._prefix = prefix
        self._kinds = kinds
        self._remembered: dict[str, tuple[float, StoredSecret]] = {}

    def get(self, settings: AxemaSettings, *, fresh: bool = False) -> AxemaSecret:
        """See SecretStore. A remembered secret of another connection is read again, and one that Axema refuses."""
        read_at, remembered = self._remembered.get(settings.company_id, (0.0, None))
        is_young = time.monotonic() - read_at < SECRET_SECONDS
        if remembered is not None and is_young and not fresh and remembered.belongs_to(settings):
            return remembered.secret
        found = self._find(settings)
        if found is None:
            raise FatalError(
                "No stored Axema credentials belong to the Axema settings, so nothing was sent to Axema. "
                "Save the Axema settings again, with the password or the client secret and the API key."
            )
        self._remembered[settings.company_id] = (time.monotonic(), found)
        return found.secret

    def find(self, settings: AxemaSettings) -> AxemaSecret | None:
        """See SecretStore."""
        found = self._find(settings)
        return found.secret if found else None

    def stage(self, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """See SecretStore. A secret that is scheduled for deletion is restored."""
        name = self._prefix + settings.company_id
        version: Any = {"ClientRequestToken": settings.secret_version, "SecretString": _to_json(settings, secret)}
        errors = self._client.exceptions
        with transient_as_retriable(_SERVICE):
            for _ in range(_MAX_STAGING_ATTEMPTS):
                try:
                    self._client.put_secret_value(SecretId=name, VersionStages=[_STAGED], **version)
                except errors.ResourceNotFoundException:
                    with suppress(errors.ResourceExistsException, errors.InvalidRequestException):
                        self._client.create_secret(Name=name, **version)
                        return
                except errors.InvalidRequestException:
                    with suppress(errors.InvalidRequestException, errors.ResourceNotFoundException):
                        self._client.restore_secret(SecretId=name)
                else:
                    return
        raise busy(_SERVICE)

    def promote(self, settings: AxemaSettings) -> None:
        """See SecretStore."""
        name, version = self._prefix + settings.company_id, settings.secret_version
        with transient_as_retriable(_SERVICE):
            current = self._client.get_secret_value(SecretId=name, VersionStage=_CURRENT)
            if current["VersionId"] == version or self._is_version(current.get("SecretString"), settings):
                return
            move: Any = {"MoveToVersionId": version, "RemoveFromVersionId": current["VersionId"]}
            self._client.update_secret_version_stage(SecretId=name, VersionStage=_CURRENT, **move)

    def remove(self, company_id: str) -> None:
        """See SecretStore."""
        errors = self._client.exceptions
        is_gone = (errors.ResourceNotFoundException, errors.InvalidRequestException)
        with transient_as_retriable(_SERVICE), suppress(*is_gone):
            self._client.delete_secret(SecretId=self._prefix + company_id, RecoveryWindowInDays=RECOVERY_DAYS)

    def _is_version(self, stored: Any, settings: AxemaSettings) -> bool:
        try:
            return self._parse(stored or "").belongs_to(settings)
        except ValueError:
            return False

    def _find(self, settings: AxemaSettings) -> StoredSecret | None:
        current = self._load(settings.company_id, VersionStage=_CURRENT)
        if current is not None and current.belongs_to(settings):
            return current
        if settings.secret_version is None:
            return None
        named = self._load(settings.company_id, VersionId=settings.secret_version)
        return named if named is not None and named.belongs_to(settings) else None

    def _load(self, company_id: str, **version: str) -> StoredSecret | None:
        """A version of the company's secret, or None if it does not exist, is to be deleted or cannot be read."""
        errors = self._client.exceptions
        try:
            with transient_as_retriable(_SERVICE):
                found = self._client.get_secret_value(SecretId=self._prefix + company_id, **version)
            return self._parse(found["SecretString"])
        except (errors.ResourceNotFoundException, errors.InvalidRequestException, KeyError, ValueError):
            return None

    def _parse(self, stored: Any) -> StoredSecret:
        """The secrets in the JSON. Raises ValueError, also for a secret that a request would not be allowed to give."""
        members = json.loads(stored)
        if not isinstance(members, dict):
            raise ValueError("not an object")  # noqa: TRY004 (the text is wrong, not our call)
        secret = AxemaSecret(
            {
                name: check.validate_python(str(members[wire_name(name)]))
                for name, check in self._checks.items()
                if members.get(wire_name(name))
            }
        )
        return StoredSecret(secret, members.get(_VERSION), members.get(_BINDING))

    @cached_property
    def _checks(self) -> "dict[str, TypeAdapter[str]]":
        return {name: TypeAdapter(secret_type) for name, secret_type in secret_types(self._kinds).items()}


def _to_json(settings: AxemaSettings, secret: AxemaSecret) -> str:
    members = {wire_name(member): value for member, value in secret.members.items()}
    return json.dumps({_VERSION: settings.secret_version, _BINDING: settings.connection.binding(), **members})
