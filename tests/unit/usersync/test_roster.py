"""The roster in memory."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from bokabridge.usersync.link import is_of_system, user_key
from bokabridge.usersync.roster import (
    ENTRY_BYTES,
    HASH_BYTES,
    UNDECIDED,
    UNKNOWN,
    Roster,
    RosterHead,
    RosterPage,
    hash_of_key,
    parts_of,
)

CONTENTS = st.sampled_from([b"content1", b"content2", UNKNOWN, UNDECIDED])
KEYS = st.integers(0, 30).map(lambda at: hash_of_key(f"user-{at}"))
ENTRIES = st.lists(st.tuples(KEYS, CONTENTS), max_size=40)


def joined(entries: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(key + content for key, content in entries)


@given(ENTRIES, ENTRIES, st.lists(KEYS, max_size=5), st.booleans())
def test_roster_is_like_dicts(
    before: list[tuple[bytes, bytes]], now: list[tuple[bytes, bytes]], moved: list[bytes], trusts: bool
) -> None:
    roster = Roster()
    roster.remember(joined(before), trusts_contents=trusts)
    last = dict(before)
    for key, content in last.items():
        assert roster.has(key + content) is (trusts and content not in (UNKNOWN, UNDECIDED))
        assert not roster.has_found(key)
    roster.note(RosterPage(joined(now), b"".join(moved)))
    seen = {key for key, content in now if content != UNKNOWN}
    found = {key for key, _ in now} | set(moved)
    for key in {*last, *found, hash_of_key("nobody")}:
        assert (roster.has_seen(key), roster.has_found(key)) == (key in seen, key in found)
    missing = roster.missing()
    assert {missing[at : at + HASH_BYTES] for at in range(0, len(missing), ENTRY_BYTES)} == set(last) - found


def test_contents_are_missing_with_their_users_only_if_they_are_trusted() -> None:
    entry = hash_of_key("user") + b"content1"
    for trusts, content in ((True, b"content1"), (False, UNKNOWN)):
        roster = Roster()
        roster.remember(entry, trusts_contents=trusts)
        assert roster.missing() == hash_of_key("user") + content


def test_cursor_of_an_earlier_page_is_known() -> None:
    roster = Roster()
    roster.note(RosterPage(b"", cursor=b"cursor.."))
    assert roster.has_cursor(b"cursor..")
    assert not roster.has_cursor(b"another.")


def test_roster_is_trusted_by_the_next_job_unless_a_customer_was_removed() -> None:
    head = RosterHead(slot=0, fence=4, system="vaka:device", removals=2, pages=1, missing_parts=0)
    assert head.is_trusted(5, 2)
    assert not any(head.is_trusted(fence, removals) for fence, removals in ((4, 2), (6, 2), (5, 3)))


def test_parts_hold_whole_entries() -> None:
    entries = bytes(ENTRY_BYTES * 7)
    assert [len(part) for part in parts_of(entries, 3 * ENTRY_BYTES)] == [3 * ENTRY_BYTES, 3 * ENTRY_BYTES, ENTRY_BYTES]
    assert list(parts_of(b"")) == []


def test_systems_with_odd_names_do_not_share_users() -> None:
    assert user_key("vaka:a", "b#1") != user_key("vaka:a#b", "1")
    assert is_of_system(user_key("vaka:a", "1"), "vaka:a")
    assert not is_of_system(user_key("vaka:a#b", "1"), "vaka:a")
    assert not is_of_system(user_key("vaka:a%23b", "1"), "vaka:a#b")


def test_roster_of_100000_users_takes_24_bytes_for_each_at_most() -> None:
    entries = b"".join(hash_of_key(f"user-{at}") + b"content1" for at in range(100_000))
    tracemalloc.start()
    roster = Roster()
    roster.remember(entries, trusts_contents=True)
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert roster.has(entries[:ENTRY_BYTES])
    assert size / 100_000 < 24
