"""The tokens that VOSS's sign-in service issued."""

import secrets
import threading
import time

LIFETIME_SECONDS = 3599


class Tokens:
    """The tokens that are valid, each until it expires."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._expiry: dict[str, float] = {}

    def issue(self) -> str:
        """Create a token."""
        token = f"demo-token-{secrets.token_urlsafe(24)}"
        with self._lock:
            self._expiry[token] = time.monotonic() + LIFETIME_SECONDS
        return token

    def honours(self, header: str) -> bool:
        """Whether an Authorization header carries a valid token."""
        scheme, _, token = header.partition(" ")
        with self._lock:
            return scheme == "Bearer" and self._expiry.get(token, 0.0) > time.monotonic()

    def revoke_all(self) -> None:
        """Invalidate every token, as a restart of the real service might."""
        with self._lock:
            self._expiry.clear()
