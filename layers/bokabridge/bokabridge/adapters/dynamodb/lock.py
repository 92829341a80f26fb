"""The lock of each company in UserSyncTable: `LOCK`.

A taken lock has JobId, LeaseUntil, AcquiredAt and HasBegun. WorkingUntil says until when a worker may be writing; it is
absent while no worker is at work. IsWriting is there while a worker may have written people of a page that it has not
committed, also if it died. Releasing the lock removes all of them. It keeps Fence, the fencing token, so that the token
only ever grows; Removals, which counts removals of customers; Customers, the number of the company's customers, since
they were counted at CountedAt; and Roster, which says where the company's roster is, and with which Fence and Removals
it was made; and Failures, the number of failed syncs in a row, which is absent if the last one completed.

If a job ends while its worker may be writing, its lock keeps JobId and WorkingUntil only. Such a lock cannot be taken
before WorkingUntil, and is taken over like one with an expired lease after that.
"""

import math
from datetime import datetime

from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import LOCK, key
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import AlreadyRunning, StillEnding
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.job import SyncJob, Work
from bokabridge.usersync.roster import HASH_BYTES, RosterHead
from bokabridge.usersync.standing import SyncState

NOBODY_WORKS = "(attribute_not_exists(WorkingUntil) OR WorkingUntil < :now)"
IS_IDLE = f"(attribute_not_exists(LeaseUntil) OR LeaseUntil < :now) AND {NOBODY_WORKS}"
"""The condition that no job holds the lock, except one that has ended or stopped to report. `:now` is a date."""

_NO_LEASE = dict.fromkeys(("LeaseUntil", "AcquiredAt", "HasBegun"))
_FREE = dict.fromkeys((*_NO_LEASE, "JobId", "WorkingUntil", "IsWriting"))
"""The members of a lock whose job has ended: without and with a worker that may be writing."""


def take_lock(job: SyncJob, expired: Item | None) -> Update:
    """The update that takes a free lock for the job, or this expired one if it has not changed since it was read."""
    if expired is None:
        condition, values = "attribute_not_exists(JobId)", {}
    else:
        condition = f"#JobId = :old_job AND #Fence = :old_fence AND {IS_IDLE}"
        values = {
            ":old_job": expired["JobId"],
            ":old_fence": expired["Fence"],
            ":now": format_date(job.created_at),
        }
    return Update.setting(
        key(job.company_id, LOCK),
        {
            "JobId": job.id,
            "LeaseUntil": format_date(job.lease_until),
            "AcquiredAt": format_date(job.created_at),
            "HasBegun": False,
            "WorkingUntil": None,
            "IsWriting": None,
        },
        adding={"Fence": 1},
        condition=condition,
        condition_values=values,
    )


def begin_lock(company_id: str, job_id: str, work: Work) -> Update:
    """The update with which a worker begins, if the job holds the lock and no other worker may be writing.

    The SDK may send it twice, so the worker's own mark is no obstacle.
    """
    return Update.setting(
        key(company_id, LOCK),
        {
            "LeaseUntil": format_date(work.lease_until),
            "HasBegun": True,
            "WorkingUntil": format_date(work.working_until),
        },
        condition=(
            f"#JobId = :job AND attribute_exists(LeaseUntil) AND ({NOBODY_WORKS} OR WorkingUntil = :new_WorkingUntil)"
        ),
        condition_values={":job": job_id, ":now": format_date(work.now)},
    )


def begin_writes(company_id: str, work: Work) -> Update:
    """The update that records that the worker is about to write customers, if the worker's mark is there."""
    return Update.setting(
        key(company_id, LOCK),
        {"IsWriting": True},
        condition="#WorkingUntil = :own",
        condition_values={":own": format_date(work.working_until)},
    )


def end_work(company_id: str, work: Work, *, is_clean: bool) -> Update:
    """The update that removes the worker's mark, if it is this worker's."""
    return Update.setting(
        key(company_id, LOCK),
        {"WorkingUntil": None, **({"IsWriting": None} if is_clean else {})},
        condition="#WorkingUntil = :own",
        condition_values={":own": format_date(work.working_until)},
    )


def renew_lock(job: SyncJob, fence: int, head: RosterHead | None = None, created: int = 0) -> Update:
    """The update that renews the lease, if the job holds the lock with this fencing token, and counts new customers.

    The commit of the last page is its worker's last write, so it removes the worker's mark, too. `head` says where the
    company's roster is from now on.
    """
    mark = {"WorkingUntil": None, "IsWriting": None} if job.is_drained else {}
    return Update.setting(
        key(job.company_id, LOCK),
        {"LeaseUntil": format_date(job.lease_until), **mark, **({"Roster": _roster_members(head)} if head else {})},
        adding={"Customers": created} if created else None,
        condition="#JobId = :job AND #Fence = :fence AND attribute_exists(LeaseUntil)",
        condition_values={":job": job.id, ":fence": fence},
    )


def close_lock(company_id: str, job_id: str, lock: Item, failures: int, now: datetime) -> Update:
    """The update with which a job ends. It stores the failures in a row, and releases the lock if the job holds it.

    If a worker may be writing, only the lease ends. `lock` is what is known of the lock; if that is not so any more,
    the condition fails.
    """
    if lock.get("JobId") != job_id:
        members, holder = {}, "(attribute_not_exists(JobId) OR JobId <> :job)"
    elif "WorkingUntil" in lock and parse_date(lock["WorkingUntil"]) >= now:
        members, holder = _NO_LEASE, "JobId = :job AND WorkingUntil >= :now"
    else:
        members, holder = _FREE, f"JobId = :job AND {NOBODY_WORKS}"
    before = lock.get("Failures", 0)
    values = {":job": job_id, ":failures": before, **({":now": format_date(now)} if members else {})}
    return Update.setting(
        key(company_id, LOCK),
        {**members, "Failures": failures or None},
        condition=f"{holder} AND {'#Failures = :failures' if before else 'attribute_not_exists(Failures)'}",
        condition_values=values if before else {name: values[name] for name in values if name != ":failures"},
    )


def forget_failures(company_id: str, now: datetime) -> Update:
    """The update that forgets the failures in a row, if no job holds the lock."""
    return Update.setting(
        key(company_id, LOCK), {"Failures": None}, condition=IS_IDLE, condition_values={":now": format_date(now)}
    )


def release_lock(company_id: str, job_id: str, now: datetime) -> Update:
    """The update that releases the lock of a job that has ended, if it holds it and no worker may be writing."""
    return Update.setting(
        key(company_id, LOCK),
        _FREE,
        condition=f"#JobId = :job AND {NOBODY_WORKS}",
        condition_values={":job": job_id, ":now": format_date(now)},
    )


def note_removal(company_id: str, customers: int) -> Update:
    """The update that counts customers who were removed."""
    return Update.setting(key(company_id, LOCK), {}, adding={"Removals": 1, "Customers": -customers})


def headcount_of(lock: Item | None) -> Headcount | None:
    """The number of the company's customers, or None if they were never counted."""
    return Headcount(lock["Customers"], parse_date(lock["CountedAt"])) if lock and "CountedAt" in lock else None


def set_headcount(company_id: str, before: Headcount | None, after: Headcount) -> Update:
    """The update that sets the number of customers, if it is `before` still."""
    is_as_before = "CountedAt = :at AND Customers = :customers" if before else "attribute_not_exists(CountedAt)"
    values = {":at": format_date(before.counted_at), ":customers": before.customers} if before else {}
    return Update.setting(
        key(company_id, LOCK),
        {"Customers": after.customers, "CountedAt": format_date(after.counted_at)},
        condition=is_as_before,
        condition_values=values,
    )


def expired_lock(lock: Item | None, now: datetime) -> Item | None:
    """The lock if another job may take it over, or None if it is free. Raises AlreadyRunning or StillEnding."""
    if lock is None or "JobId" not in lock:
        return None
    if "LeaseUntil" in lock and parse_date(lock["LeaseUntil"]) >= now:
        raise AlreadyRunning(lock["JobId"], parse_date(lock["AcquiredAt"]), lock["HasBegun"])
    if "WorkingUntil" in lock and (working_until := parse_date(lock["WorkingUntil"])) >= now:
        raise StillEnding(lock["JobId"], math.floor((working_until - now).total_seconds()) + 1)
    return lock


def roster_head(lock: Item | None) -> RosterHead | None:
    """Where the company's roster is, or None before its first completed sync."""
    if lock is None or "Roster" not in lock:
        return None
    roster = lock["Roster"]
    return RosterHead(
        slot=roster["Slot"],
        fence=roster["Fence"],
        system=roster["AxemaSystem"],
        removals=roster["Removals"],
        pages=roster["Pages"],
        missing_parts=roster["MissingParts"],
        written=_hashes(roster.get("Written", b"")),
        moved=_hashes(roster.get("Moved", b"")),
    )


def trusts_roster(lock: Item | None) -> bool:
    """True if a job that takes this lock would trust the company's roster."""
    head = roster_head(lock)
    return bool(lock and head and head.is_trusted(lock["Fence"] + 1, lock.get("Removals", 0)))


def _roster_members(head: RosterHead) -> Item:
    return {
        "Slot": head.slot,
        "Fence": head.fence,
        "AxemaSystem": head.system,
        "Removals": head.removals,
        "Pages": head.pages,
        "MissingParts": head.missing_parts,
        "Written": b"".join(sorted(head.written)) or None,
        "Moved": b"".join(sorted(head.moved)) or None,
    }


def _hashes(joined: bytes) -> frozenset[bytes]:
    return frozenset(joined[at : at + HASH_BYTES] for at in range(0, len(joined), HASH_BYTES))


def state_of(lock: Item | None, now: datetime) -> SyncState:
    """How the company's syncs are."""
    found = lock or {}
    is_running = "LeaseUntil" in found and parse_date(found["LeaseUntil"]) >= now
    return SyncState(int(found.get("Failures", 0)), found["JobId"] if is_running else None)


def is_held_by(lock: Item | None, job_id: str) -> bool:
    """True if the job holds the lock and has not ended."""
    return lock is not None and lock.get("JobId") == job_id and "LeaseUntil" in lock


def is_worked_on(lock: Item | None, job_id: str, now: datetime) -> bool:
    """True if a worker of this job may be writing."""
    if lock is None or lock.get("JobId") != job_id or "WorkingUntil" not in lock:
        return False
    return parse_date(lock["WorkingUntil"]) >= now
