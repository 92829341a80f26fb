"""The companies' credentials for Axema in Secrets Manager: `<prefix><company id>`, as JSON (stored_secrets.py)."""

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.aws.errors import busy, transient_as_retriable
from bokabridge.adapters.aws.stored_secrets import StoredSecrets, to_json
from bokabridge.settings.kinds import KINDS
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.model import AxemaSecret, AxemaSettings, StoredSecret

if TYPE_CHECKING:
    from types_boto3_secretsmanager import SecretsManagerClient

_SERVICE = "Secrets Manager"

_CURRENT = "AWSCURRENT"
_STAGED = "BOKABRIDGE_STAGED"
"""Secrets Manager's label of the version in use, and ours of the newest version, which no settings may name yet.

Secrets Manager keeps versions that have a label.
"""

_MAX_STAGING_ATTEMPTS = 4
"""Another request may create, delete or restore the secret between two of our calls."""

RECOVERY_DAYS = 7
"""An operator can restore deleted secrets for this time, the shortest that Secrets Manager allows."""


class AxemaSecrets(StoredSecrets):
    """SecretStore on Secrets Manager: one secret per company, one version of it per connection.

    The version that the settings name is normally AWSCURRENT. Right after a save it may not be yet, and then it is read
    by its id.
    """

    def __init__(self, client: "SecretsManagerClient", prefix: str, kinds: Sequence[type[Connection]] = KINDS) -> None:
        super().__init__(kinds)
        self._client = client
        self._prefix = prefix

    def stage(self, before: AxemaSettings | None, settings: AxemaSettings, secret: AxemaSecret) -> None:  # noqa: ARG002
        """See SecretStore. A secret that is scheduled for deletion is restored."""
        name = self._prefix + settings.company_id
        version: Any = {"ClientRequestToken": settings.secret_version, "SecretString": to_json(settings, secret)}
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
