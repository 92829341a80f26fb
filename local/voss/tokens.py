"""The tokens that VOSS's sign-in service gave out."""

import secrets
import threading
import time

LIFETIME_SECONDS = 3599


class Tokens:
    """Every token until it expires."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._expiry: dict[str, float] = {}

    def issue(self) -> str:
        """A new token."""
        token = f"demo-token-{secrets.token_urlsafe(24)}"
        with self._lock:
            self._expiry[token] = time.monotonic() + LIFETIME_SECONDS
        return token

    def honours(self, header: str) -> bool:
        """Whether an Authorization header bears a token that is good."""
        scheme, _, token = header.partition(" ")
        with self._lock:
            return scheme == "Bearer" and self._expiry.get(token, 0.0) > time.monotonic()

    def revoke_all(self) -> None:
        """Makes every token bad, as a restart of the real service may."""
        with self._lock:
            self._expiry.clear()
