"""The ports to those who know the callers."""

from typing import Protocol

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.principal import Principal


class TokenVerifier(Protocol):
    """The identity server's word on a bearer token."""

    def principal(self, token: str) -> Principal:
        """Whose token this is. Raises Unauthenticated, or RetriableError when it cannot be said just now."""
        ...


class ApiKeyStore(Protocol):
    """Where the companies' API keys are known by their hashes."""

    def find(self, key_hash: str) -> ApiKey | None:
        """The key with this hash, if there is one."""
        ...
