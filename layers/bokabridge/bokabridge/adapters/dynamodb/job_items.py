"""Jobs as items of UserSyncTable: `JOB#<id>`. Ids are UUIDv7, so the newest job sorts last."""

from datetime import datetime, timedelta

from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import JOB, key
from bokabridge.dates import format_date, parse_date
from bokabridge.usersync.job import COUNTER_NAMES, Counters, JobStatus, SyncJob, Trigger

KEEP_JOBS = timedelta(days=90)

_COUNTERS = {name: f"Users{name.capitalize()}" for name in COUNTER_NAMES}
"""The attribute in which each of the Counters is stored, such as UsersFound."""

_IS_OPEN = "attribute_exists(PK) AND #Status <= :processing"
_PROCESSING = {":processing": JobStatus.Processing}


def job_key(company_id: str, job_id: str) -> Item:
    """The key of a job."""
    return key(company_id, JOB + job_id)


def begin_job(company_id: str, job_id: str, now: datetime, lease_until: datetime) -> Update:
    """The update that marks a job as Processing and starts its counters, if the job is not final."""
    return Update.setting(
        job_key(company_id, job_id),
        {
            "Status": JobStatus.Processing,
            "LeaseUntil": format_date(lease_until),
            "UpdatedDate": format_date(now),
        },
        if_absent=_counter_members(Counters()),
        condition=_IS_OPEN,
        condition_values=_PROCESSING,
    )


def advance_job(job: SyncJob) -> Update:
    """The update that stores the progress after one more page, if all pages before that one are committed."""
    return Update.setting(
        job_key(job.company_id, job.id),
        {
            "PagesCommitted": job.pages_committed,
            "IsDrained": job.is_drained,
            "SourceCursor": job.cursor,
            "LeaseUntil": format_date(job.lease_until),
            "UpdatedDate": format_date(job.updated_at),
            **_counter_members(job.counters or Counters()),
        },
        condition="#PagesCommitted = :before AND #Status = :processing",
        condition_values={":before": job.pages_committed - 1, **_PROCESSING},
    )


def finish_job(company_id: str, job_id: str, status: JobStatus, error: str | None, now: datetime) -> Update:
    """The update that sets a job's final status, if it has none."""
    return Update.setting(
        job_key(company_id, job_id),
        {"Status": status, "UpdatedDate": format_date(now), "ErrorMessage": error},
        condition=_IS_OPEN,
        condition_values=_PROCESSING,
    )


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
        "ExpiresAt": int((job.created_at + KEEP_JOBS).timestamp()),
    }


def from_item(item: Item) -> SyncJob:
    """The job in an item. It has no counters until a worker has begun on it."""
    has_begun = "UsersFound" in item
    return SyncJob(
        id=item["Id"],
        company_id=item["CompanyId"],
        status=JobStatus(item["Status"]),
        trigger=Trigger(item["Trigger"]),
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        lease_until=parse_date(item["LeaseUntil"]),
        counters=Counters(**{name: item[attribute] for name, attribute in _COUNTERS.items()}) if has_begun else None,
        cursor=item.get("SourceCursor"),
        pages_committed=item["PagesCommitted"],
        is_drained=item["IsDrained"],
        error=item.get("ErrorMessage"),
    )


def _counter_members(counters: Counters) -> Item:
    return {attribute: getattr(counters, name) for name, attribute in _COUNTERS.items()}
