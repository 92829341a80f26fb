"""The realm: its keys, its tokens, and its counters for tests. One lock guards them."""

import secrets
import threading
import time
from typing import Any
from uuid import uuid4

from local.identity.signing import SigningKey
from local.identity.users import USERS, DemoUser

CLIENT_ID = "bm-external-api-users"
"""The public client with which BokaMera's integrations sign in (public-facts 1.7)."""

COMPANY_CLAIM = "company_id"
"""The claim with the id of the user's company."""

TOKEN_SECONDS = 900
REFRESH_SECONDS = 1800


class GrantRefused(Exception):
    """The credentials or the refresh token are not valid; the message is for the caller."""


class Realm:
    """A Keycloak realm. `issuer` is its address and the `iss` claim of its tokens."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.down = False
        self._lock = threading.Lock()
        self._keys = [SigningKey()]
        self._refresh_tokens: dict[str, tuple[float, DemoUser]] = {}
        self._key_requests = 0
        self._token_requests = 0

    def issue(self, user: DemoUser, seconds: int = TOKEN_SECONDS, **claims: Any) -> str:
        """A signed access token that expires after `seconds` (negative: in the past). `claims` replace the user's."""
        return self.current_key().sign(self.claims(user, seconds) | claims)

    def claims(self, user: DemoUser, seconds: int = TOKEN_SECONDS) -> dict[str, Any]:
        """The claims that Keycloak puts into an access token of this user."""
        now = int(time.time())
        return {
            "iat": now - max(0, -2 * seconds),
            "exp": now + seconds,
            "jti": str(uuid4()),
            "iss": self.issuer,
            "aud": "account",
            "sub": user.id,
            "typ": "Bearer",
            "azp": CLIENT_ID,
            "realm_access": {"roles": ["offline_access", *user.roles]},
            "resource_access": {"account": {"roles": ["view-profile"]}},
            "scope": "email profile",
            "preferred_username": user.name,
            COMPANY_CLAIM: user.company_id,
        }

    def current_key(self) -> SigningKey:
        """The key that signs new tokens."""
        with self._lock:
            return self._keys[-1]

    def sign_in(self, name: str, password: str) -> dict[str, Any]:
        """The response to the password grant. Raises GrantRefused."""
        for user in USERS.values():
            if user.name == name and secrets.compare_digest(user.password.encode(), password.encode()):
                return self._grant(user)
        raise GrantRefused("Invalid user credentials")

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """The response to the refresh grant. A refresh token can be used once. Raises GrantRefused."""
        with self._lock:
            until, user = self._refresh_tokens.pop(refresh_token, (0.0, None))
        if user is None or until < time.monotonic():
            raise GrantRefused("Invalid refresh token")
        return self._grant(user)

    def published_keys(self) -> list[dict[str, Any]]:
        """The key set. Each call counts as a request for it."""
        with self._lock:
            self._key_requests += 1
            return [key.public_jwk() for key in self._keys]

    def rotate_keys(self, *, forget: bool) -> None:
        """Sign with a new key from now on. The old keys stay published, or are dropped with `forget`."""
        new = SigningKey()
        with self._lock:
            self._keys = [new] if forget else [*self._keys, new]

    def state(self) -> dict[str, Any]:
        """The response of `GET /_state`."""
        with self._lock:
            return {
                "down": self.down,
                "jwksRequests": self._key_requests,
                "tokenRequests": self._token_requests,
                "keyIds": [key.id for key in self._keys],
            }

    def _grant(self, user: DemoUser) -> dict[str, Any]:
        refresh_token = secrets.token_urlsafe(32)
        with self._lock:
            self._token_requests += 1
            self._refresh_tokens[refresh_token] = (time.monotonic() + REFRESH_SECONDS, user)
        return {
            "access_token": self.issue(user),
            "expires_in": TOKEN_SECONDS,
            "refresh_expires_in": REFRESH_SECONDS,
            "refresh_token": refresh_token,
            "token_type": "Bearer",
            "not-before-policy": 0,
            "session_state": str(uuid4()),
            "scope": "email profile",
        }
