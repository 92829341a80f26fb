"""The people who left: those whom the list does not have any more, and those who have been away long enough.

A sync makes their customers inactive and never removes them. It leaves a customer alone that an administrator has made
inactive, or active again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bokabridge.customers.model import Customer
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.usersync.changes import VISIBLE, ChangeKind, FieldChange, PersonChange, visible_text
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.link import Link, source_user_id_of
from bokabridge.usersync.ports import LinkStore
from bokabridge.usersync.roster import ENTRY_BYTES, HASH_BYTES, MISSING_BYTES, UNKNOWN, Missing, hash_of_key

_DECIDED = 1 << 31
_DEACTIVATED = (FieldChange(VISIBLE, visible_text(True), visible_text(False)),)


@dataclass(frozen=True, slots=True)
class Departures:
    """What a sync does about the people whom its list does not have.

    `entries` are those of the new roster (roster.MISSING_BYTES each). `leavers` are the links of the people whose
    customers are to be made inactive.
    """

    entries: bytes = b""
    changes: tuple[PersonChange, ...] = ()
    leavers: tuple[Link, ...] = ()


NO_DEPARTURES = Departures()


def find_departures(
    job: SyncJob, missing: Missing, day: int, after_days: int, *, links: LinkStore, customers: CustomerDirectory
) -> Departures:
    """The departures of a sync on this day. `after_days` is how many days people must be away; 0 means never.

    Reads the company's links, if people are missing for the first time or have been away long enough.
    """
    new = {entry[:HASH_BYTES] for entry in _entries(missing.new)}
    due = {entry[:HASH_BYTES] for entry in _entries(missing.earlier) if after_days and is_due(entry, day - after_days)}
    entries = missing.new + b"".join(
        _decided(entry) if entry[:HASH_BYTES] in due else entry for entry in _entries(missing.earlier)
    )
    if not new and not due:
        return Departures(entries)
    linked = _links_of(job.company_id, new | due, links)
    stored = customers.existing(job.company_id, [link.customer_id for link in linked.values()])
    changes: list[PersonChange] = []
    leavers: list[Link] = []
    for key, link in sorted(linked.items(), key=lambda each: each[1].user_key):
        customer = stored.get(link.customer_id)
        if customer and key in new:
            changes.append(_change(ChangeKind.Left, link, customer))
        elif customer and customer.is_visible:
            changes.append(_change(ChangeKind.Deactivate, link, customer))
            leavers.append(link)
    return Departures(entries, tuple(changes), tuple(leavers))


def carry_out(job: SyncJob, departures: Departures, *, links: LinkStore, customers: CustomerDirectory) -> None:
    """Make the leavers' customers inactive. Doing it again after a crash has the same result.

    The link comes first. Without its mark, the customer would look like one that an administrator has made inactive.
    """
    if departures.leavers:
        links.save(job.company_id, [link.deactivated() for link in departures.leavers])
        customers.set_visible(job.company_id, [link.customer_id for link in departures.leavers], is_visible=False)


def _entries(entries: bytes) -> Iterator[bytes]:
    return (entries[at : at + MISSING_BYTES] for at in range(0, len(entries), MISSING_BYTES))


def first_missing_day(entry: bytes) -> int:
    """The first day on which a sync missed the user (days since 1970)."""
    return int.from_bytes(entry[ENTRY_BYTES:]) & ~_DECIDED


def is_due(entry: bytes, last_day: int) -> bool:
    """True if the user is missing since this day at the latest, and nothing is decided about the customer."""
    return int.from_bytes(entry[ENTRY_BYTES:]) <= last_day


def _decided(entry: bytes) -> bytes:
    """The entry after the decision. Its content is unknown, so that a user who comes back is looked at."""
    since = int.from_bytes(entry[ENTRY_BYTES:]) | _DECIDED
    return entry[:HASH_BYTES] + UNKNOWN + since.to_bytes(MISSING_BYTES - ENTRY_BYTES)


def _links_of(company_id: str, keys: set[bytes], links: LinkStore) -> Mapping[bytes, Link]:
    hashed = ((hash_of_key(link.user_key), link) for link in links.all(company_id))
    return {key: link for key, link in hashed if key in keys and not link.is_vacant}


def _change(kind: ChangeKind, link: Link, customer: Customer) -> PersonChange:
    name = f"{customer.person.first_name} {customer.person.last_name}".strip()
    fields = _DEACTIVATED if kind is ChangeKind.Deactivate else ()
    return PersonChange(kind, source_user_id_of(link.user_key), customer.id, name, fields)
