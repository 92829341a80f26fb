"""A sync job: the record of one sync and its progress."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from bokabridge.ids import uuid7
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.roster import RosterHead


class JobStatus(IntEnum):
    """AxemaUserSyncStatus. The numbers are the contract's (public-facts 1.1.3)."""

    Pending = 0
    Processing = 1
    Completed = 2
    Failed = 3

    @property
    def is_final(self) -> bool:
        """True if the job will never change again."""
        return self in (JobStatus.Completed, JobStatus.Failed)


class Trigger(StrEnum):
    """The cause of the sync: a request or the company's schedule."""

    Request = "request"
    Schedule = "schedule"


KEEP_JOBS = timedelta(days=90)
KEEP_PREVIEWS = timedelta(days=7)
"""Jobs are stored for KEEP_JOBS, and so are their changes. Those of a preview are stored for KEEP_PREVIEWS."""


@dataclass(frozen=True, slots=True)
class Counters:
    """The number of records found in Axema, and of each outcome, which add up to `found`.

    `held` people would have been created or updated by a sync that was held back (hold.py).
    """

    found: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    held: int = 0

    @property
    def changed(self) -> int:
        """The number of people who are created or updated, or would be."""
        return self.created + self.updated + self.held

    @property
    def as_held(self) -> "Counters":
        """These counters if nothing is written."""
        return replace(self, created=0, updated=0, held=self.changed)

    def __add__(self, other: "Counters") -> "Counters":
        return Counters(*(getattr(self, name) + getattr(other, name) for name in COUNTER_NAMES))


COUNTER_NAMES = tuple(field.name for field in fields(Counters))


@dataclass(frozen=True, slots=True)
class SyncJob:
    """The record of one sync of one company.

    `cursor` is where the next page of Axema users begins, in the source's own form. None is the start.
    `pages_committed` counts the pages whose writes and counters are stored. `is_drained` is True once the last page is
    committed. After `lease_until`, unless the worker renews it, another job may take the company's lock.

    `source` is the Axema system that the job began with (Connection.system). `started_at` is when its first worker
    began, and `completed_at` when it became final. `waiting` is a sentence about what the job waits for. `waits` and
    `waited_seconds` count the waits that Axema asked for since the last committed page.

    `missing` is the number of people whom an earlier sync found and this one did not; None until that is known.
    `system_changed` is True if the sync before this one read another Axema system.

    `is_tainted` is True if a worker may have written people of a page that it did not commit.
    `is_first` is True if the company had no links when the job began. `removals` is the number of customers that were
    removed before it began. `undecided` people wait for the last page. `doubles` counts the skipped records of users
    who appeared before, `idle_pages` the last pages in a row without a new user, and `repeated_pages` those of them
    that had users. `is_preview` is True if the job only plans, and writes no customer and no link.
    `is_forced` is True if it is never held back. `held_from` is the index of the first page that was not written, or
    that a preview found to be too much, and `held_reason` says why. `cancelled_by` is the subject of the caller who
    cancelled it. `only_user_id` is the Axema user id of the one person whom the job is for, or None. `undoes` is the id
    of the job that this one undoes (undo.py), or None.
    """

    id: str
    company_id: str
    status: JobStatus
    trigger: Trigger
    created_at: datetime
    updated_at: datetime
    lease_until: datetime
    counters: Counters | None = None
    cursor: str | None = None
    pages_committed: int = 0
    is_drained: bool = False
    error: str | None = None
    source: str | None = None
    started_at: datetime | None = None
    completed_at: datetime | None = None
    waiting: str | None = None
    waits: int = 0
    waited_seconds: int = 0
    missing: int | None = None
    system_changed: bool = False
    is_tainted: bool = False
    is_first: bool = False
    removals: int = 0
    undecided: int = 0
    doubles: int = 0
    idle_pages: int = 0
    repeated_pages: int = 0
    is_preview: bool = False
    is_forced: bool = False
    held_from: int | None = None
    held_reason: str | None = None
    cancelled_by: str | None = None
    only_user_id: str | None = None
    undoes: str | None = None

    @property
    def is_sync(self) -> bool:
        """True if its end says something about the company's syncs: it is no preview, undo or job for one person."""
        return not self.is_preview and self.only_user_id is None and self.undoes is None

    @property
    def writes(self) -> bool:
        """True if the job's pages are written, False from the page on at which it is held back, and in previews."""
        return not self.is_preview and self.held_from is None

    @property
    def changed(self) -> int:
        """The number of people that the job has created or updated, or would have."""
        return self.counters.changed if self.counters else 0

    @property
    def changes_expire_at(self) -> datetime:
        """When the job's changes may be removed."""
        return self.created_at + (KEEP_PREVIEWS if self.is_preview else KEEP_JOBS)

    @property
    def page_index(self) -> int:
        """The index of the page to work on, counted from 0."""
        return self.pages_committed

    @property
    def page_number(self) -> int:
        """The number of the page to work on, counted from 1. It is for messages only."""
        return self.pages_committed + 1

    def advanced(self, counted: Counters, next_cursor: str | None, now: datetime, lease_until: datetime) -> "SyncJob":
        """The job after one more page, which has these counters."""
        return replace(
            self,
            counters=(self.counters or Counters()) + counted,
            cursor=next_cursor,
            pages_committed=self.pages_committed + 1,
            is_drained=next_cursor is None,
            updated_at=now,
            lease_until=lease_until,
            waiting=None,
            waits=0,
            waited_seconds=0,
        )

    def waiting_for(self, what: str, seconds: int, now: datetime, lease: timedelta) -> "SyncJob":
        """The job while it waits. `seconds` is the time that Axema asked for, or 0. The lease outlives the wait."""
        return replace(
            self,
            waiting=what,
            waits=self.waits + bool(seconds),
            waited_seconds=self.waited_seconds + seconds,
            updated_at=now,
            lease_until=now + timedelta(seconds=seconds) + lease,
        )

    def is_abandoned(self, now: datetime) -> bool:
        """True if the job is not final and its lease has expired, which means that its run has died."""
        return not self.status.is_final and self.lease_until < now


@dataclass(frozen=True, slots=True)
class Work:
    """One worker's time: when it begins, when the lease ends unless renewed, and when it is certainly dead.

    No two workers of a company are dead at the same instant, so `working_until` also identifies the worker.
    """

    now: datetime
    lease_until: datetime
    working_until: datetime


@dataclass(frozen=True, slots=True)
class Begun:
    """What a worker has when it begins: the job, its fencing token, and the company's roster and number of customers.

    A company has no `head` before its first completed sync, and no `headcount` before its customers are first counted.
    """

    job: SyncJob
    fence: int
    head: RosterHead | None
    headcount: Headcount | None


def new_job(
    company_id: str,
    trigger: Trigger,
    now: datetime,
    lease_until: datetime,
    *,
    is_preview: bool = False,
    is_forced: bool = False,
) -> SyncJob:
    """A job on which no worker has begun."""
    return SyncJob(
        id=uuid7(now),
        company_id=company_id,
        status=JobStatus.Pending,
        trigger=trigger,
        created_at=now,
        updated_at=now,
        lease_until=lease_until,
        is_preview=is_preview,
        is_forced=is_forced,
    )
