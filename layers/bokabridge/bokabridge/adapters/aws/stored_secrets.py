"""How the companies' Axema credentials are stored, in either store: as JSON.

The JSON has the secret members of a connection, such as {"ClientSecret", "ApiKey"}, by their names on the wire. Next to
them it has `Version`, as in the settings that it was saved with, and `BoundTo`, the members of the connection that it
belongs to. Release 0.2.0 stored neither.
"""

import json
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from pydantic import TypeAdapter

from bokabridge.adapters.aws.clients import SECRET_SECONDS
from bokabridge.errors import FatalError
from bokabridge.settings.kinds import KINDS, secret_types
from bokabridge.settings.kinds.connection import Connection, wire_name
from bokabridge.settings.model import AxemaSecret, AxemaSettings, StoredSecret

_VERSION, _BINDING = "Version", "BoundTo"
"""The members of a stored secret that are not secret."""


class StoredSecrets(ABC):
    """The reading half of a SecretStore, which remembers what it has read."""

    def __init__(self, kinds: Sequence[type[Connection]] = KINDS) -> None:
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

    @abstractmethod
    def _find(self, settings: AxemaSettings) -> StoredSecret | None:
        """The stored secret that belongs to these settings. Raises RetriableError."""

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


def to_json(settings: AxemaSettings, secret: AxemaSecret) -> str:
    """The secret as it is stored."""
    members = {wire_name(member): value for member, value in secret.members.items()}
    return json.dumps({_VERSION: settings.secret_version, _BINDING: settings.connection.binding(), **members})
