"""The ports of authentication: the identity server's tokens and the companies' API keys."""

from typing import Protocol

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.principal import Principal


class TokenVerifier(Protocol):
    """Verification of the identity server's bearer tokens."""

    def verify(self, token: str) -> Principal:
        """The token's principal. Raises Unauthenticated, or RetriableError if verification is not possible now."""
        ...


class ApiKeyFinder(Protocol):
    """The companies' API keys, read only."""

    def find(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, or None."""
        ...


class ApiKeyStore(ApiKeyFinder, Protocol):
    """The companies' API keys, by their hashes."""

    def put(self, key: ApiKey) -> None:
        """Stores a key. Replaces a key with the same hash."""
        ...
