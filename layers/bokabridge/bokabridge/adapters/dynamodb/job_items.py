"""Jobs as items of UserSyncTable: `JOB#<id>`. Ids are UUIDv7, so the newest job sorts last."""

from datetime import datetime
from typing import TypeGuard

from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import JOB, key
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import FatalError
from bokabridge.usersync.halt import Cancelled, halt_reason
from bokabridge.usersync.job import COUNTER_NAMES, KEEP_JOBS, Counters, JobStatus, SyncJob, Trigger, Work

_COUNTERS = {name: f"Users{name.capitalize()}" for name in COUNTER_NAMES}
"""The attribute in which each of the Counters is stored, such as UsersFound."""

_IS_OPEN = "attribute_exists(PK) AND #Status <= :processing"
_OTHER_KINDS = ("IsPreview", "OnlyUserId", "Undoes")
"""The attributes that only jobs have that are no syncs (SyncJob.is_sync)."""

_IS_WANTED = "attribute_not_exists(CancelledBy)"
_PROCESSING = {":processing": JobStatus.Processing}


def job_key(company_id: str, job_id: str) -> Item:
    """The key of a job."""
    return key(company_id, JOB + job_id)


def expires_at(job: SyncJob) -> int:
    """When DynamoDB may remove a job and its issues, in seconds since 1970."""
    return int((job.created_at + KEEP_JOBS).timestamp())


def begin_job(company_id: str, job_id: str, work: Work, source: str | None, lock: Item) -> Update:
    """The update that marks a job as Processing, if it is not final. The first one starts its counters."""
    first: Item = {"StartedDate": format_date(work.now), "Removals": lock.get("Removals", 0)}
    if source:
        first["Source"] = source
    return Update.setting(
        job_key(company_id, job_id),
        {
            "Status": JobStatus.Processing,
            "LeaseUntil": format_date(work.lease_until),
            "UpdatedDate": format_date(work.now),
            **({"IsTainted": True} if lock.get("IsWriting") else {}),
        },
        if_absent={**_counter_members(Counters()), **first},
        condition=f"{_IS_OPEN} AND {_IS_WANTED}",
        condition_values=_PROCESSING,
    )


def advance_job(job: SyncJob, *, is_cancelled: bool = False) -> Update:
    """The update that stores the progress after one more page, if all pages before that one are committed.

    The page of a job that was cancelled meanwhile is stored only if the caller knows that.
    """
    return Update.setting(
        job_key(job.company_id, job.id),
        {
            "PagesCommitted": job.pages_committed,
            "IsDrained": job.is_drained,
            "SourceCursor": job.cursor,
            "LeaseUntil": format_date(job.lease_until),
            "UpdatedDate": format_date(job.updated_at),
            "UsersMissing": job.missing,
            "SystemChanged": job.system_changed,
            "IsFirst": job.is_first,
            "Undecided": job.undecided,
            "Doubles": job.doubles,
            "IdlePages": job.idle_pages,
            "RepeatedPages": job.repeated_pages,
            "HeldFrom": job.held_from,
            "HeldReason": job.held_reason,
            **_wait_members(job),
            **_counter_members(job.counters or Counters()),
        },
        condition="#PagesCommitted = :before AND #Status = :processing"
        + ("" if is_cancelled else f" AND {_IS_WANTED}"),
        condition_values={":before": job.pages_committed - 1, **_PROCESSING},
    )


def wait_job(job: SyncJob) -> Update:
    """The update that stores what the job waits for, if no page was committed meanwhile."""
    return Update.setting(
        job_key(job.company_id, job.id),
        {
            "LeaseUntil": format_date(job.lease_until),
            "UpdatedDate": format_date(job.updated_at),
            **_wait_members(job),
        },
        condition=f"#PagesCommitted = :committed AND #Status = :processing AND {_IS_WANTED}",
        condition_values={":committed": job.pages_committed, **_PROCESSING},
    )


def cancel_job(company_id: str, job_id: str, by: str) -> Update:
    """The update that marks a job as cancelled, unless it is final or drained. The first one counts."""
    return Update.setting(
        job_key(company_id, job_id),
        {},
        if_absent={"CancelledBy": by},
        condition=f"{_IS_OPEN} AND IsDrained = :no",
        condition_values={**_PROCESSING, ":no": False},
    )


def cancellation_of(item: Item | None) -> Cancelled | None:
    """Why the job in the item must stop, if it was cancelled and is not final."""
    if not item or "CancelledBy" not in item or JobStatus(item["Status"]).is_final:
        return None
    return Cancelled(item["CancelledBy"])


def finish_job(
    company_id: str, job_id: str, status: JobStatus, error: str | None, now: datetime, found: Item
) -> Update:
    """The update that sets the final status, if the job is of the kind, and cancelled, as it was `found` to be or not.

    A drained job cannot become Failed.
    """
    is_failed = status is JobStatus.Failed
    names = (*_OTHER_KINDS, "CancelledBy")
    as_found = [f"attribute_{'exists' if name in found else 'not_exists'}({name})" for name in names]
    is_wanted = " AND ".join([_IS_OPEN, *as_found])
    return Update.setting(
        job_key(company_id, job_id),
        {
            "Status": status,
            "UpdatedDate": format_date(now),
            "CompletedDate": format_date(now),
            "ErrorMessage": error,
            "Waiting": None,
        },
        condition=f"{is_wanted} AND IsDrained = :no" if is_failed else is_wanted,
        condition_values={**_PROCESSING, ":no": False} if is_failed else _PROCESSING,
    )


def is_open(item: Item | None) -> TypeGuard[Item]:
    """True if the item is a job without a final status."""
    return item is not None and not JobStatus(item["Status"]).is_final


def is_of_sync(item: Item) -> bool:
    """True if the job in the item is a sync (SyncJob.is_sync)."""
    return not any(name in item for name in _OTHER_KINDS)


def halt_of(settings: Item | None, job: SyncJob) -> FatalError | None:
    """Why the company's settings item stops the job, or None if it does not."""
    found = settings or {}
    is_active, system = found.get("IsActive", False), found.get("AxemaSystem")
    return halt_reason(exists=settings is not None, is_active=is_active, system=system, source=job.source)


def to_item(job: SyncJob) -> Item:
    """A new job's item."""
    return {
        **job_key(job.company_id, job.id),
        "Id": job.id,
        "CompanyId": job.company_id,
        "Status": job.status,
        "Trigger": job.trigger,
        "CreatedDate": format_date(job.created_at),
        "UpdatedDate": format_date(job.updated_at),
        "LeaseUntil": format_date(job.lease_until),
        "PagesCommitted": job.pages_committed,
        "IsDrained": job.is_drained,
        "IsPreview": job.is_preview or None,
        "IsForced": job.is_forced or None,
        "OnlyUserId": job.only_user_id,
        "Undoes": job.undoes,
        "Source": job.source,
        "ExpiresAt": expires_at(job),
    }


def from_item(item: Item) -> SyncJob:
    """The job in an item. It has no counters until a worker has begun on it."""
    return SyncJob(
        id=item["Id"],
        company_id=item["CompanyId"],
        status=JobStatus(item["Status"]),
        trigger=Trigger(item["Trigger"]),
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        lease_until=parse_date(item["LeaseUntil"]),
        counters=_counters(item),
        cursor=item.get("SourceCursor"),
        pages_committed=item["PagesCommitted"],
        is_drained=item["IsDrained"],
        error=item.get("ErrorMessage"),
        source=item.get("Source"),
        started_at=_date(item, "StartedDate"),
        completed_at=_date(item, "CompletedDate"),
        waiting=item.get("Waiting"),
        waits=item.get("Waits", 0),
        waited_seconds=item.get("WaitedSeconds", 0),
        missing=item.get("UsersMissing"),
        system_changed=item.get("SystemChanged", False),
        is_tainted=item.get("IsTainted", False),
        is_first=item.get("IsFirst", False),
        removals=item.get("Removals", 0),
        undecided=item.get("Undecided", 0),
        doubles=item.get("Doubles", 0),
        idle_pages=item.get("IdlePages", 0),
        repeated_pages=item.get("RepeatedPages", 0),
        is_preview=item.get("IsPreview", False),
        is_forced=item.get("IsForced", False),
        held_from=item.get("HeldFrom"),
        held_reason=item.get("HeldReason"),
        cancelled_by=item.get("CancelledBy"),
        only_user_id=item.get("OnlyUserId"),
        undoes=item.get("Undoes"),
    )


def _counters(item: Item) -> Counters | None:
    has_begun = "UsersFound" in item
    return Counters(**{name: item.get(attribute, 0) for name, attribute in _COUNTERS.items()}) if has_begun else None


def _date(item: Item, name: str) -> datetime | None:
    return parse_date(item[name]) if name in item else None


def _wait_members(job: SyncJob) -> Item:
    return {"Waiting": job.waiting, "Waits": job.waits, "WaitedSeconds": job.waited_seconds}


def _counter_members(counters: Counters) -> Item:
    return {attribute: getattr(counters, name) for name, attribute in _COUNTERS.items()}
