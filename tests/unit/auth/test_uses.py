"""The record of API keys' uses, to the hour."""

from datetime import UTC, datetime, timedelta

from bokabridge.auth.api_key import ApiKey
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.uses import KeyUses

KEY = ApiKey("hash", "company", frozenset())


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 12, 10, 30, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


def test_a_key_is_written_once_an_hour() -> None:
    store, clock = InMemoryApiKeys(), Clock()
    store.put(KEY)
    uses = KeyUses(store, clock)
    for minutes, writes in ((0, 1), (10, 1), (39, 1), (1, 2), (59, 2), (1, 3)):
        clock.now += timedelta(minutes=minutes)
        uses.record(KEY)
        assert store.writes == writes
    (stored,) = store.list()
    assert stored.last_used_at == datetime(2026, 11, 21, 14, tzinfo=UTC)


def test_an_hour_that_another_function_recorded_is_not_written_again() -> None:
    store, clock = InMemoryApiKeys(), Clock()
    KeyUses(store, clock).record(
        ApiKey("hash", "company", frozenset(), last_used_at=datetime(2026, 11, 21, 12, tzinfo=UTC))
    )
    assert store.writes == 0


def test_the_memory_is_bounded() -> None:
    uses = KeyUses(InMemoryApiKeys(), Clock())
    for at in range(3000):
        uses.record(ApiKey(f"hash-{at}", "company", frozenset()))
    assert len(uses._hours) <= 1000
