"""A cache of API keys, so that a warm function decides without reading the store."""

from datetime import datetime, timedelta

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.ports import ApiKeyFinder
from bokabridge.clock import Clock

MAX_AGE = timedelta(seconds=60)
"""A revoked key keeps working for at most this long."""

_MAX_KEYS = 1000


class RecentApiKeys:
    """ApiKeyFinder that reads the same key from another at most once a minute.

    It does not remember unknown hashes: guesses must neither fill the cache nor evict real keys.
    """

    def __init__(self, store: ApiKeyFinder, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._keys: dict[str, tuple[datetime, ApiKey]] = {}

    def find(self, key_hash: str) -> ApiKey | None:
        """See ApiKeyFinder."""
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
