"""The realm behind one lock: its keys, the tokens it issues, and what tests want to know of it."""

import secrets
import threading
import time
from typing import Any
from uuid import uuid4

from local.identity.signing import SigningKey
from local.identity.users import USERS, DemoUser

CLIENT_ID = "bm-external-api-users"
"""The public client that BokaMera's integrations sign in with (public-facts 1.7)."""

TOKEN_SECONDS = 900
REFRESH_SECONDS = 1800


class GrantRefused(Exception):
    """The credentials are not good; the message is for the caller."""


class Realm:
    """`issuer` is the realm's address, and what its tokens say they are from."""

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.down = False
        self._lock = threading.Lock()
        self._keys = [SigningKey()]
        self._refresh_tokens: dict[str, tuple[float, DemoUser]] = {}
        self._key_requests = 0
        self._token_requests = 0

    def issue(self, user: DemoUser, seconds: int = TOKEN_SECONDS, **claims: Any) -> str:
        """A signed access token that is good for so many seconds (below 0: it has expired); `claims` are put on top."""
        return self.current_key().sign(self.claims(user, seconds) | claims)

    def claims(self, user: DemoUser, seconds: int = TOKEN_SECONDS) -> dict[str, Any]:
        """What Keycloak says in an access token of this user."""
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
            "company_id": user.company_id,
        }

    def current_key(self) -> SigningKey:
        """The key that signs."""
        with self._lock:
            return self._keys[-1]

    def sign_in(self, name: str, password: str) -> dict[str, Any]:
        """The password grant's answer. Raises GrantRefused."""
        for user in USERS.values():
            if user.name == name and secrets.compare_digest(user.password.encode(), password.encode()):
                return self._grant(user)
        raise GrantRefused("Invalid user credentials")

    def refresh(self, refresh_token: str) -> dict[str, Any]:
        """The refresh grant's answer; a refresh token is good for one. Raises GrantRefused."""
        with self._lock:
            until, user = self._refresh_tokens.pop(refresh_token, (0.0, None))
        if user is None or until < time.monotonic():
            raise GrantRefused("Invalid refresh token")
        return self._grant(user)

    def published_keys(self) -> list[dict[str, Any]]:
        """The key set; asking for it is counted."""
        with self._lock:
            self._key_requests += 1
            return [key.public_jwk() for key in self._keys]

    def rotate_keys(self, *, forget: bool) -> None:
        """Signs with a new key from now on; the old ones stay published unless they are to be forgotten."""
        new = SigningKey()
        with self._lock:
            self._keys = [new] if forget else [*self._keys, new]

    def state(self) -> dict[str, Any]:
        """What `GET /_state` shows."""
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
