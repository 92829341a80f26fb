"""The companies' credentials for Axema in Systems Manager's Parameter Store, as JSON (stored_secrets.py).

Each version is a parameter of its own, a SecureString `/<prefix><company id>/<version>`. So a save changes no parameter
that is in use, and no name is used twice: Parameter Store wants 30 seconds between deleting a name and using it again
(https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_DeleteParameter.html). Parameter Store deletes at
once and for good.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.errors import busy, transient_as_retriable
from bokabridge.adapters.aws.stored_secrets import StoredSecrets, to_json
from bokabridge.clock import Clock, utc_now
from bokabridge.errors import InvalidInput
from bokabridge.ids import uuid7_floor
from bokabridge.settings.kinds import KINDS
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.model import AxemaSecret, AxemaSettings, StoredSecret

if TYPE_CHECKING:
    from types_boto3_ssm import SSMClient

_SERVICE = "Parameter Store"

MAX_BYTES = 4096
"""The size of a parameter of the standard tier, which costs nothing."""

OUT_OF_USE = timedelta(minutes=5)
"""Longer than a function can work with settings that it read before they changed (usersync/page: 120 s)."""

SETTLES_WITHIN = timedelta(minutes=1)
"""Parameter Store may take some seconds to show a new parameter to everybody."""


def path_of(prefix: str, company_id: str) -> str:
    """The path of a company's parameters."""
    return f"/{prefix}{company_id}"


class AxemaParameters(StoredSecrets):
    """SecretStore on Parameter Store. Only versions have secrets, so settings of release 0.2.0 have none here."""

    def __init__(
        self, client: "SSMClient", prefix: str, kinds: Sequence[type[Connection]] = KINDS, clock: Clock = utc_now
    ) -> None:
        super().__init__(kinds)
        self._client = client
        self._prefix = prefix
        self._clock = clock

    def stage(self, before: AxemaSettings | None, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """See SecretStore. Overwrites, because the SDK repeats a request whose response was lost."""
        value = to_json(settings, secret)
        if len(value.encode()) > MAX_BYTES:
            raise InvalidInput(
                "The secrets and the other members of the connection are too long, because Parameter Store, where this "
                "deployment keeps them, has room for 4 KB. Use shorter ones, or ask the operator for Secrets Manager."
            )
        with transient_as_retriable(_SERVICE):
            self._client.put_parameter(
                Name=self._name(settings), Value=value, Type="SecureString", Tier="Standard", Overwrite=True
            )
            self._delete(self._out_of_use(before, settings))

    def promote(self, settings: AxemaSettings) -> None:
        """See SecretStore. There is nothing to do: a version is found by its name."""

    def remove(self, company_id: str) -> None:
        """See SecretStore."""
        with transient_as_retriable(_SERVICE):
            self._delete(list(self._names(company_id)))  # a list first, because deleting moves the pages

    def _find(self, settings: AxemaSettings) -> StoredSecret | None:
        if settings.secret_version is None:
            return None
        try:
            with transient_as_retriable(_SERVICE):
                found = self._client.get_parameter(Name=self._name(settings), WithDecryption=True)
            stored = self._parse(found["Parameter"]["Value"])
        except self._client.exceptions.ParameterNotFound:
            if settings.secret_version > uuid7_floor(self._clock() - SETTLES_WITHIN):
                raise busy(_SERVICE) from None
            return None
        except (KeyError, ValueError):
            return None
        return stored if stored.belongs_to(settings) else None

    def _out_of_use(self, before: AxemaSettings | None, after: AxemaSettings) -> list[str]:
        """The parameters that neither the stored settings nor those of a request or of a running worker name."""
        limit = uuid7_floor(after.updated_at - OUT_OF_USE)
        in_use = (before and before.secret_version) or ""
        if in_use > limit:
            return []  # a worker may still have the settings that these have replaced
        return [name for name in self._names(after.company_id) if in_use != _version(name) < limit]

    def _names(self, company_id: str) -> Iterator[str]:
        pages = self._client.get_paginator("get_parameters_by_path").paginate(Path=path_of(self._prefix, company_id))
        return (parameter["Name"] for page in pages for parameter in page["Parameters"])

    def _delete(self, names: Iterable[str]) -> None:
        for name in names:
            with suppress(self._client.exceptions.ParameterNotFound):
                self._client.delete_parameter(Name=name)

    def _name(self, settings: AxemaSettings) -> str:
        return f"{path_of(self._prefix, settings.company_id)}/{settings.secret_version}"


def _version(name: str) -> str:
    return name.rpartition("/")[2]
