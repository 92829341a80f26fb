"""The lock of each company in UserSyncTable: `LOCK`.

A taken lock has JobId, LeaseUntil, AcquiredAt and HasBegun. Releasing it removes them but keeps Fence, the fencing
token, so that the token only ever grows.
"""

from datetime import datetime

from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import LOCK, key
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import AlreadyRunning
from bokabridge.usersync.job import SyncJob


def take_lock(job: SyncJob, expired: Item | None) -> Update:
    """The update that takes a free lock for the job, or this expired one if it has not changed since it was read."""
    if expired is None:
        condition, values = "attribute_not_exists(JobId)", {}
    else:
        condition = "#JobId = :old_job AND #Fence = :old_fence AND #LeaseUntil = :old_until"
        values = {
            ":old_job": expired["JobId"],
            ":old_fence": expired["Fence"],
            ":old_until": expired["LeaseUntil"],
        }
    return Update.setting(
        key(job.company_id, LOCK),
        {
            "JobId": job.id,
            "LeaseUntil": format_date(job.lease_until),
            "AcquiredAt": format_date(job.created_at),
            "HasBegun": False,
        },
        adding={"Fence": 1},
        condition=condition,
        condition_values=values,
    )


def begin_lock(company_id: str, job_id: str, lease_until: datetime) -> Update:
    """The update that renews the lease and records that a worker has begun, if the job holds the lock."""
    return Update.setting(
        key(company_id, LOCK),
        {"LeaseUntil": format_date(lease_until), "HasBegun": True},
        condition="#JobId = :job",
        condition_values={":job": job_id},
    )


def renew_lock(job: SyncJob, fence: int) -> Update:
    """The update that renews the lease, if the job holds the lock with this fencing token."""
    return Update.setting(
        key(job.company_id, LOCK),
        {"LeaseUntil": format_date(job.lease_until)},
        condition="#JobId = :job AND #Fence = :fence",
        condition_values={":job": job.id, ":fence": fence},
    )


def release_lock(company_id: str, job_id: str) -> Update:
    """The update that releases the lock, if the job holds it."""
    return Update.setting(
        key(company_id, LOCK),
        {"JobId": None, "LeaseUntil": None, "AcquiredAt": None, "HasBegun": None},
        condition="#JobId = :job",
        condition_values={":job": job_id},
    )


def expired_lock(lock: Item | None, now: datetime) -> Item | None:
    """The lock if its lease has expired, or None if it is free. Raises AlreadyRunning if its lease has not expired."""
    if lock is None or "JobId" not in lock:
        return None
    if parse_date(lock["LeaseUntil"]) >= now:
        raise AlreadyRunning(lock["JobId"], parse_date(lock["AcquiredAt"]), lock["HasBegun"])
    return lock
