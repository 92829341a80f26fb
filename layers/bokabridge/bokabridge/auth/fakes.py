"""In-memory versions of the ports, for tests. The store passes the adapter's contract tests."""

import builtins
from dataclasses import replace
from datetime import datetime

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.principal import Principal
from bokabridge.errors import Unauthenticated


class InMemoryApiKeys:
    """ApiKeyStore and KeyUseStore in a dict. `reads` counts the calls of `find`, `writes` those of `record`."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}
        self.reads = 0
        self.writes = 0

    def find(self, key_hash: str) -> ApiKey | None:
        """See ApiKeyStore."""
        self.reads += 1
        return self._keys.get(key_hash)

    def put(self, key: ApiKey) -> None:
        """See ApiKeyStore."""
        self._keys[key.key_hash] = key

    def list(self) -> builtins.list[ApiKey]:
        """See ApiKeyStore."""
        return builtins.list(self._keys.values())

    def revoke(self, key_hash: str) -> bool:
        """See ApiKeyStore."""
        if key_hash not in self._keys:
            return False
        self._keys[key_hash] = replace(self._keys[key_hash], active=False)
        return True

    def record(self, key_hash: str, hour: datetime) -> None:
        """See KeyUseStore."""
        self.writes += 1
        key = self._keys.get(key_hash)
        if key is not None and (key.last_used_at is None or key.last_used_at < hour):
            self._keys[key_hash] = replace(key, last_used_at=hour)


class KnownTokens:
    """TokenVerifier with a fixed principal for each token."""

    def __init__(self, principals: dict[str, Principal]) -> None:
        self._principals = principals

    def verify(self, token: str) -> Principal:
        """See TokenVerifier."""
        if token not in self._principals:
            raise Unauthenticated("the token is not known")
        return self._principals[token]
