"""The cache of API keys."""

from datetime import UTC, datetime, timedelta

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.recent import RecentApiKeys

KEY = ApiKey("hash", "company", frozenset())


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_key_is_read_from_the_store_once_a_minute() -> None:
    store, clock = InMemoryApiKeys(), Clock()
    store.put(KEY)
    recent = RecentApiKeys(store, clock)
    for _ in range(5):
        assert recent.find("hash") == KEY
    assert store.reads == 1
    clock.now += timedelta(seconds=59)
    recent.find("hash")
    assert store.reads == 1


def test_a_revoked_key_stops_working_after_a_minute() -> None:
    store, clock = InMemoryApiKeys(), Clock()
    store.put(KEY)
    recent = RecentApiKeys(store, clock)
    recent.find("hash")
    inactive = ApiKey("hash", "company", frozenset(), active=False)
    store.put(inactive)
    clock.now += timedelta(seconds=60)
    assert recent.find("hash") == inactive


def test_a_new_key_works_at_once_because_unknown_hashes_are_not_remembered() -> None:
    store = InMemoryApiKeys()
    recent = RecentApiKeys(store, Clock())
    assert recent.find("hash") is None
    store.put(KEY)
    assert recent.find("hash") == KEY


def test_the_cache_is_bounded() -> None:
    store = InMemoryApiKeys()
    recent = RecentApiKeys(store, Clock())
    for at in range(3000):
        store.put(ApiKey(f"hash-{at}", "company", frozenset()))
        recent.find(f"hash-{at}")
    assert len(recent._keys) <= 1000
