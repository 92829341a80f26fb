"""The roster in memory."""

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from bokabridge.usersync.link import is_of_system, user_key
from bokabridge.usersync.roster import (
    ENTRY_BYTES,
    HASH_BYTES,
    MISSING_BYTES,
    UNDECIDED,
    UNKNOWN,
    Missing,
    Roster,
    RosterHead,
    RosterPage,
    hash_of_key,
    parts_of,
)

CONTENTS = st.sampled_from([b"content1", b"content2", UNKNOWN, UNDECIDED])
KEYS = st.integers(0, 30).map(lambda at: hash_of_key(f"user-{at}"))
ENTRIES = st.lists(st.tuples(KEYS, CONTENTS), max_size=40)


TODAY = 20_778


def since(day: int) -> bytes:
    return day.to_bytes(MISSING_BYTES - ENTRY_BYTES)


def entries_of(missing: bytes) -> list[bytes]:
    return [missing[at : at + MISSING_BYTES] for at in range(0, len(missing), MISSING_BYTES)]


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
    missing = roster.missing(TODAY)
    assert {entry[:HASH_BYTES] for entry in entries_of(missing.new)} == set(last) - found
    assert (len(missing), missing.earlier) == (len(set(last) - found), b"")


def test_contents_are_missing_with_their_users_only_if_they_are_trusted() -> None:
    entry = hash_of_key("user") + b"content1"
    for trusts, content in ((True, b"content1"), (False, UNKNOWN)):
        roster = Roster()
        roster.remember(entry, trusts_contents=trusts)
        assert roster.missing(TODAY).new == hash_of_key("user") + content + since(TODAY)


def test_users_who_were_missing_before_keep_their_day_until_they_are_found() -> None:
    keys = [hash_of_key(f"user-{at}") for at in range(3)]
    roster = Roster()
    roster.remember(keys[0] + b"content1", trusts_contents=True)
    gone = [key + b"content1" + since(day) for key, day in zip(keys[1:], (20_700, 20_701), strict=True)]
    roster.remember_missing(b"".join(gone), trusts_contents=True)
    assert roster.has(keys[1] + b"content1"), "An unchanged person who comes back needs no write."
    roster.note(RosterPage(keys[1] + b"content1"))
    assert roster.missing(TODAY) == Missing(gone[1], keys[0] + b"content1" + since(TODAY))


def test_contents_of_users_who_were_missing_before_are_unknown_without_trust() -> None:
    roster = Roster()
    roster.remember_missing(hash_of_key("user") + b"content1" + since(1), trusts_contents=False)
    assert roster.missing(TODAY).earlier == hash_of_key("user") + UNKNOWN + since(1)


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
    sizes = [len(part) // MISSING_BYTES for part in parts_of(bytes(MISSING_BYTES * 7), 3 * MISSING_BYTES)]
    assert sizes == [3, 3, 1]
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
