"""The roster of a sync: short hashes of the users that it found, and of what is stored about each.

A sync trusts the contents in the previous roster only if nothing can have changed a customer since. It then knows
without a read who is as written. It knows without a write who was there last time and is missing now.
"""

import hashlib
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime

HASH_BYTES = 8
ENTRY_BYTES = 2 * HASH_BYTES
"""An entry is the hash of a user key, and the digest of the record whose content is stored for it (digest.py)."""

MISSING_BYTES = ENTRY_BYTES + 4
"""The entry of a missing user also has the day on which a sync first missed the user (days since 1970).

Its highest bit is set once the sync has decided whether to deactivate the user's customer (departures.py).
"""

UNKNOWN = bytes(HASH_BYTES)
"""The content of a user whose customer is not certainly as the source has the person."""

UNDECIDED = b"\xff" * HASH_BYTES
"""The content of a person about whom the sync decides on its last page."""

_MAX_APART = 50
"""The hashes in a head, which each commit of a page writes again."""

_EPOCH = date(1970, 1, 1)
_BUCKETS = 1024
_SLOT = ENTRY_BYTES + 1
_MISSING, _PRESENT, _SEEN, _GONE = 0, 1, 2, 3
"""The marks of an entry: not found yet; found, but not read as a person; read as a person; missing before, too."""


@dataclass(frozen=True, slots=True)
class RosterPage:
    """What one committed page adds to its sync's roster.

    `entries` has an entry for each user of the page. `moved` has the hashes of the user keys whose customers the page
    moved to other users, and `cursor` the hash of the cursor of the next page.
    """

    entries: bytes
    moved: bytes = b""
    cursor: bytes = b""


@dataclass(frozen=True, slots=True)
class RosterHead:
    """Where the last completed sync left its roster, and whether it can be trusted.

    `slot` is 0 or 1: two rosters are stored in turn. `fence` is the fencing token of the job that wrote it, `system`
    the Axema system that it read, and `removals` the number of customers that had been removed when it began. The
    roster has `pages` pages, and then `missing_parts` parts with the entries of missing users.

    `written` has the hashes of the users whose customers jobs for one person have written since, and `moved` those of
    the users whose customers these jobs moved to other users.
    """

    slot: int
    fence: int
    system: str
    removals: int
    pages: int
    missing_parts: int
    written: frozenset[bytes] = frozenset()
    moved: frozenset[bytes] = frozenset()

    def is_trusted(self, fence: int, removals: int) -> bool:
        """True if the job with this token is the next one, and no customer was removed since."""
        return self.fence == fence - 1 and self.removals == removals

    def after_writes(self, fence: int, written: AbstractSet[bytes], moved: AbstractSet[bytes]) -> "RosterHead | None":
        """The head after the job with this token, which wrote these users only, and moved the customers of others.

        None if that are too many. The next sync then trusts nothing.
        """
        all_written, all_moved = (self.written | written) - moved, (self.moved | moved) - written
        if len(all_written) + len(all_moved) > _MAX_APART:
            return None
        return replace(self, fence=fence, written=all_written, moved=all_moved)


@dataclass(frozen=True, slots=True)
class RosterAddition:
    """What a commit adds to the roster in a slot. With its last page, the new roster's head becomes the company's."""

    page: RosterPage
    slot: int = 0
    head: RosterHead | None = None


def day_of(time: datetime) -> int:
    """The day as rosters count days: those of UTC since 1970."""
    return (time.date() - _EPOCH).days


def hash_of_key(user_key: str) -> bytes:
    """The hash of a user key."""
    return _hash(user_key.encode())


def hash_of_cursor(cursor: str) -> bytes:
    """The hash of a cursor."""
    return _hash(cursor.encode(errors="surrogatepass"))


@dataclass(frozen=True, slots=True)
class Missing:
    """The entries of the users whom no page of a sync had: those whom an earlier sync missed already, and new ones."""

    earlier: bytes = b""
    new: bytes = b""

    def __len__(self) -> int:
        return (len(self.earlier) + len(self.new)) // MISSING_BYTES


class Roster:
    """The previous roster in memory, with marks for the users whom this sync has found. 17 bytes for each user."""

    def __init__(self) -> None:
        self._buckets = [bytearray() for _ in range(_BUCKETS)]
        self._cursors: set[bytes] = set()
        self._gone: list[bytes] = []

    def remember(self, entries: bytes, *, trusts_contents: bool) -> None:
        """Add entries of the previous roster."""
        for key, content in _split(entries):
            self._set(key, content if trusts_contents else UNKNOWN, _MISSING)

    def remember_missing(self, entries: bytes, *, trusts_contents: bool) -> None:
        """Add entries of users whom the previous sync missed."""
        self._gone.append(entries)
        for entry in entries_of(entries, MISSING_BYTES):
            self._set(entry[:HASH_BYTES], entry[HASH_BYTES:ENTRY_BYTES] if trusts_contents else UNKNOWN, _GONE)

    def reconsider(self, head: RosterHead) -> None:
        """Take into account what jobs for one person have written since the previous sync."""
        for key in head.written:
            self._set(key, UNKNOWN, _MISSING)
        self.note(RosterPage(b"", b"".join(head.moved)))

    def __len__(self) -> int:
        return sum(map(len, self._buckets)) // _SLOT

    def note(self, page: RosterPage) -> None:
        """Mark the users of a page of this sync as found."""
        for key, content in _split(page.entries):
            self._set(key, content, _PRESENT if content == UNKNOWN else _SEEN)
        for at in range(0, len(page.moved), HASH_BYTES):
            self._set(page.moved[at : at + HASH_BYTES], UNKNOWN, _PRESENT)
        if page.cursor:
            self._cursors.add(page.cursor)

    def has_cursor(self, cursor: bytes) -> bool:
        """True if an earlier page of this sync pointed to the page with this cursor."""
        return cursor in self._cursors

    def has_seen(self, key: bytes) -> bool:
        """True if an earlier page of this sync had the user as a person."""
        return self._mark(key) == _SEEN

    def has_found(self, key: bytes) -> bool:
        """True if an earlier page of this sync had a record of the user."""
        return self._mark(key) in (_PRESENT, _SEEN)

    def has(self, entry: bytes) -> bool:
        """True if this content of this user is certainly stored."""
        bucket, at = self._find(entry[:HASH_BYTES])
        return at >= 0 and bucket[at : at + ENTRY_BYTES] == entry and entry[HASH_BYTES:] not in (UNKNOWN, UNDECIDED)

    def is_undecided(self, key: bytes) -> bool:
        """True if a page of this sync left the user to the last one."""
        bucket, at = self._find(key)
        return at >= 0 and bucket[at + HASH_BYTES : at + ENTRY_BYTES] == UNDECIDED and bucket[at + ENTRY_BYTES] == _SEEN

    def missing(self, day: int) -> Missing:
        """The users whom no page of this sync had. `day` is today's."""
        since = day.to_bytes(4)
        new = (
            bytes(bucket[at : at + ENTRY_BYTES]) + since
            for bucket in self._buckets
            for at in range(0, len(bucket), _SLOT)
            if bucket[at + ENTRY_BYTES] == _MISSING
        )
        earlier = (entry for entries in self._gone for entry in entries_of(entries, MISSING_BYTES))
        return Missing(b"".join(filter(None, map(self._still_gone, earlier))), b"".join(new))

    def _still_gone(self, entry: bytes) -> bytes:
        """The entry with the content that the roster trusts, or b"" if this sync has found the user."""
        bucket, at = self._find(entry[:HASH_BYTES])
        if bucket[at + ENTRY_BYTES] != _GONE:
            return b""
        return bytes(bucket[at : at + ENTRY_BYTES]) + entry[ENTRY_BYTES:]

    def _mark(self, key: bytes) -> int | None:
        bucket, at = self._find(key)
        return bucket[at + ENTRY_BYTES] if at >= 0 else None

    def _set(self, key: bytes, content: bytes, mark: int) -> None:
        bucket, at = self._find(key)
        entry = key + content + bytes((mark,))
        if at < 0:
            bucket += entry
        elif mark != _PRESENT or bucket[at + ENTRY_BYTES] != _SEEN:
            bucket[at : at + _SLOT] = entry

    def _find(self, key: bytes) -> tuple[bytearray, int]:
        """The user's bucket, and the place of its entry in it, or -1."""
        bucket = self._buckets[int.from_bytes(key[:2]) % _BUCKETS]
        at = bucket.find(key)
        while at >= 0 and at % _SLOT:
            at = bucket.find(key, at + 1)
        return bucket, at


def _split(entries: bytes) -> Iterator[tuple[bytes, bytes]]:
    for at in range(0, len(entries), ENTRY_BYTES):
        yield entries[at : at + HASH_BYTES], entries[at + HASH_BYTES : at + ENTRY_BYTES]


def entries_of(entries: bytes, size: int) -> Iterator[bytes]:
    """The entries one by one. Each has `size` bytes: ENTRY_BYTES or MISSING_BYTES."""
    return (entries[at : at + size] for at in range(0, len(entries), size))


def parts_of(missing: bytes, max_bytes: int = 16_000 * MISSING_BYTES) -> Iterable[bytes]:
    """The entries of missing users in parts that fit into one item each (DynamoDB's limit is 400 KB)."""
    return entries_of(missing, max_bytes)


def _hash(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=HASH_BYTES).digest()
