"""API keys remembered for a minute, so that a warm function's decision asks nobody."""

from datetime import datetime, timedelta

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.ports import ApiKeyStore
from bokabridge.clock import Clock

MAX_AGE = timedelta(seconds=60)
"""So long may a key be used after it was taken back."""

_MAX_KEYS = 1000


class RecentApiKeys:
    """ApiKeyStore that asks another at most once a minute for the same key.

    Hashes that are nobody's are not remembered: guessing must neither fill the memory nor push others out.
    """

    def __init__(self, store: ApiKeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._keys: dict[str, tuple[datetime, ApiKey]] = {}

    def find(self, key_hash: str) -> ApiKey | None:
        """See ApiKeyStore."""
        now = self._clock()
        read_at, key = self._keys.get(key_hash, (None, None))
        if read_at is not None and now - read_at < MAX_AGE:
            return key
        self._keys.pop(key_hash, None)
        found = self._store.find(key_hash)
        if found:
            if len(self._keys) >= _MAX_KEYS:
                self._keys.clear()
            self._keys[key_hash] = (now, found)
        return found
