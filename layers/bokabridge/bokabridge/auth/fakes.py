"""In-memory versions of the ports, for tests. The store passes the adapter's contract tests."""

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.principal import Principal
from bokabridge.errors import Unauthenticated


class InMemoryApiKeys:
    """ApiKeyStore in a dict. `reads` counts the calls of `find`."""

    def __init__(self) -> None:
        self._keys: dict[str, ApiKey] = {}
        self.reads = 0

    def find(self, key_hash: str) -> ApiKey | None:
        """See ApiKeyStore."""
        self.reads += 1
        return self._keys.get(key_hash)

    def put(self, key: ApiKey) -> None:
        """See ApiKeyStore."""
        self._keys[key.key_hash] = key


class KnownTokens:
    """TokenVerifier with a fixed principal for each token."""

    def __init__(self, principals: dict[str, Principal]) -> None:
        self._principals = principals

    def verify(self, token: str) -> Principal:
        """See TokenVerifier."""
        if token not in self._principals:
            raise Unauthenticated("the token is not known")
        return self._principals[token]
