"""The uses of API keys, to the hour, so that operators find keys that nobody needs any more."""

from datetime import datetime

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.ports import KeyUseStore
from bokabridge.clock import Clock

_MAX_KEYS = 1000


class KeyUses:
    """Records each key's use at most once an hour, so that a warm function writes next to nothing."""

    def __init__(self, store: KeyUseStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._hours: dict[str, datetime] = {}

    def record(self, key: ApiKey) -> None:
        """Records a use of this key now. A failed attempt is not repeated within the hour."""
        hour = self._clock().replace(minute=0, second=0, microsecond=0)
        known = self._hours.get(key.key_hash) or key.last_used_at
        if known is not None and known >= hour:
            return
        if len(self._hours) >= _MAX_KEYS:
            self._hours.clear()
        self._hours[key.key_hash] = hour
        self._store.record(key.key_hash, hour)
