"""Identifiers that sort by time."""

import uuid
from datetime import UTC, datetime, timedelta

from bokabridge.ids import uuid7


def test_uuid7_follows_the_standard_and_sorts_by_time() -> None:
    noon = datetime(2026, 11, 21, 12, tzinfo=UTC)
    ids = [uuid7(noon + timedelta(milliseconds=at)) for at in range(100)]
    assert ids == sorted(ids)
    parsed = uuid.UUID(ids[0])
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert parsed.int >> 80 == int(noon.timestamp() * 1000)


def test_uuid7s_of_the_same_moment_differ() -> None:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    assert uuid7(now) != uuid7(now)
