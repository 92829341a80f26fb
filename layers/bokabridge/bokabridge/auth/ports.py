"""The ports of authentication: the identity server's tokens and the companies' API keys."""

from datetime import datetime
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

    def list(self) -> list[ApiKey]:
        """All keys of all companies, in any order."""
        ...

    def revoke(self, key_hash: str) -> bool:
        """Makes the key inactive, and keeps the rest of it. False if there is no key with this hash."""
        ...


class KeyUseStore(Protocol):
    """The hours in which API keys were used."""

    def record(self, key_hash: str, hour: datetime) -> None:
        """Records a use in this hour, unless a later one is recorded. Never raises, and takes a moment at most."""
        ...
