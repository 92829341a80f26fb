"""API keys remembered for a minute."""

from datetime import UTC, datetime, timedelta

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.recent import RecentApiKeys

KEY = ApiKey("hash", "company", frozenset())


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_key_is_read_once_a_minute() -> None:
    store, watch = InMemoryApiKeys(), Watch()
    store.put(KEY)
    recent = RecentApiKeys(store, watch)
    for _ in range(5):
        assert recent.find("hash") == KEY
    assert store.reads == 1
    watch.now += timedelta(seconds=59)
    recent.find("hash")
    assert store.reads == 1


def test_a_key_that_was_taken_back_is_gone_after_a_minute() -> None:
    store, watch = InMemoryApiKeys(), Watch()
    store.put(KEY)
    recent = RecentApiKeys(store, watch)
    recent.find("hash")
    inactive = ApiKey("hash", "company", frozenset(), active=False)
    store.put(inactive)
    watch.now += timedelta(seconds=60)
    assert recent.find("hash") == inactive


def test_a_new_key_can_be_used_at_once_and_guesses_are_not_remembered() -> None:
    store = InMemoryApiKeys()
    recent = RecentApiKeys(store, Watch())
    assert recent.find("hash") is None
    store.put(KEY)
    assert recent.find("hash") == KEY


def test_the_memory_is_bounded() -> None:
    store = InMemoryApiKeys()
    recent = RecentApiKeys(store, Watch())
    for at in range(3000):
        store.put(ApiKey(f"hash-{at}", "company", frozenset()))
        recent.find(f"hash-{at}")
    assert len(recent._keys) <= 1000
