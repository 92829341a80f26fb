"""A sync job: what it is, and how far it has come."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import IntEnum, StrEnum

from bokabridge.ids import uuid7


class JobStatus(IntEnum):
    """AxemaUserSyncStatus: the numbers are the contract's (public-facts 1.1.3)."""

    Pending = 0
    Processing = 1
    Completed = 2
    Failed = 3

    @property
    def is_final(self) -> bool:
        """True when the job will never change again."""
        return self in (JobStatus.Completed, JobStatus.Failed)


class Trigger(StrEnum):
    """Who asked for the sync."""

    Request = "request"
    Schedule = "schedule"


@dataclass(frozen=True, slots=True)
class Counters:
    """Records seen and what became of them. Always: found = created + updated + unchanged + skipped."""

    found: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0

    def __add__(self, other: "Counters") -> "Counters":
        return Counters(
            self.found + other.found,
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.skipped + other.skipped,
        )


@dataclass(frozen=True, slots=True)
class SyncJob:
    """One run of one company's sync.

    `cursor` is where the next page of Axema users begins (None: at the start), in the source's own form; `page` is the
    number of pages committed; `is_drained` says that there are no more. `lease_until` is when the run is given up for
    dead unless it reports.
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
    page: int = 0
    is_drained: bool = False
    error: str | None = None

    def advanced(self, counted: Counters, next_cursor: str | None, now: datetime, lease_until: datetime) -> "SyncJob":
        """The job after one more page."""
        return replace(
            self,
            counters=(self.counters or Counters()) + counted,
            cursor=next_cursor,
            page=self.page + 1,
            is_drained=next_cursor is None,
            updated_at=now,
            lease_until=lease_until,
        )

    def is_abandoned(self, now: datetime) -> bool:
        """True when the job is open but its lease has run out: whoever ran it is gone."""
        return not self.status.is_final and self.lease_until < now


def new_job(company_id: str, trigger: Trigger, now: datetime, lease_until: datetime) -> SyncJob:
    """A job that nobody has begun to work on."""
    return SyncJob(
        id=uuid7(now),
        company_id=company_id,
        status=JobStatus.Pending,
        trigger=trigger,
        created_at=now,
        updated_at=now,
        lease_until=lease_until,
    )
