"""Jobs, the lock of each company and the fingerprints of pages in UserSyncTable.

For jobs see job_items.py, for the lock lock.py. `PAGE#<index>` has the fingerprint of a page as it was last committed,
and the fencing token of the job that committed it.
"""

from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.job_items import advance_job, begin_job, finish_job, from_item, job_key, to_item
from bokabridge.adapters.dynamodb.keys import JOB, PAGE, SETTINGS, key, partition
from bokabridge.adapters.dynamodb.lock import begin_lock, expired_lock, release_lock, renew_lock, take_lock
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import (
    TransactionCancelled,
    check_write,
    put_write,
    transact,
    update_write,
)
from bokabridge.errors import LeaseLost, NotConfigured, RetriableError, Unavailable
from bokabridge.paging import Window
from bokabridge.usersync.job import JobStatus, SyncJob, Trigger

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_TAKEOVER_ATTEMPTS = 4
"""Between two attempts, the lock's holder may have released it, or another job may have taken it over."""

_MAY_START = {
    Trigger.Request: "IsActive = :yes",
    Trigger.Schedule: "IsActive = :yes AND (attribute_not_exists(IsScheduled) OR IsScheduled = :yes)",
}
"""The condition on the settings by the sync's trigger. A schedule that its settings no longer want starts nothing."""


class DynamoJobs:
    """JobStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def start(self, job: SyncJob) -> str | None:
        """See JobStore. One transaction if the lock is free or its lease is live. A takeover needs a second one."""
        expired: Item | None = None
        for _ in range(_TAKEOVER_ATTEMPTS):
            writes = [
                check_write(self._table, key(job.company_id, SETTINGS), _MAY_START[job.trigger], {":yes": True}),
                update_write(self._table, take_lock(job, expired)),
                put_write(self._table, to_item(job), "attribute_not_exists(PK)"),
            ]
            try:
                transact(self._table, writes)
            except TransactionCancelled as cancelled:
                settings, lock, _ = cancelled.reasons
                if settings.failed_condition:
                    raise NotConfigured from None
                expired = expired_lock(lock.item, job.created_at)
            else:
                return expired["JobId"] if expired else None
        raise Unavailable("The company's syncs are started too often at the moment. Try again in a few seconds.")

    def begin(self, company_id: str, job_id: str, now: datetime, lease_until: datetime) -> tuple[SyncJob, int]:
        """See JobStore. Renews the lock first, because only its holder may write to the job."""
        try:
            lock = self._table.update(begin_lock(company_id, job_id, lease_until))
            job = self._table.update(begin_job(company_id, job_id, now, lease_until))
        except ConditionFailed:
            raise LeaseLost from None
        return from_item(job), lock["Fence"]

    def find_fingerprint(self, company_id: str, page_index: int, fence: int) -> str | None:
        """See JobStore."""
        item = self._table.find(_page_key(company_id, page_index))
        return item["Fingerprint"] if item and item["Fence"] == fence else None

    def forget_fingerprint(self, company_id: str, page_index: int) -> None:
        """See JobStore."""
        self._table.delete(_page_key(company_id, page_index))

    def commit(self, job: SyncJob, fence: int, fingerprint: str) -> None:
        """See JobStore. One transaction stores the lease, the progress, the counters and the fingerprint."""
        page = {**_page_key(job.company_id, job.pages_committed - 1), "Fingerprint": fingerprint, "Fence": fence}
        writes = [
            update_write(self._table, renew_lock(job, fence)),
            update_write(self._table, advance_job(job)),
            put_write(self._table, page),
        ]
        try:
            transact(self._table, writes)
        except TransactionCancelled as cancelled:
            if cancelled.reasons[0].failed_condition:
                raise LeaseLost from None
            raise RetriableError("Another worker of this job committed the page first.") from None

    def finish(self, company_id: str, job_id: str, status: JobStatus, error: str | None, now: datetime) -> bool:
        """See JobStore. One transaction, so that a caller who sees a final job also finds the lock free."""
        final = finish_job(company_id, job_id, status, error, now)
        release = release_lock(company_id, job_id)
        try:
            transact(self._table, [update_write(self._table, final), update_write(self._table, release)])
            return True
        except TransactionCancelled:
            # One of the two was done before, by another caller or by an earlier attempt. Each is now done by itself.
            is_closed_now = self._try(final)
            self._try(release)
            return is_closed_now

    def _try(self, update: Update) -> bool:
        try:
            self._table.update(update)
            return True
        except ConditionFailed:
            return False

    def find(self, company_id: str, job_id: str) -> SyncJob | None:
        """See JobStore."""
        item = self._table.find(job_key(company_id, job_id))
        return from_item(item) if item else None

    def list(self, company_id: str, status: JobStatus | None, window: Window) -> list[SyncJob]:
        """See JobStore."""
        if status is None:
            items = query(self._table, partition(company_id), JOB, newest_first=True, max_items=window.stop)
        else:
            only = Filter("#status = :status", {"#status": "Status"}, {":status": status})
            items = query(self._table, partition(company_id), JOB, only, newest_first=True)
        return [from_item(item) for item in window.of(items)]


def _page_key(company_id: str, page_index: int) -> Item:
    return key(company_id, f"{PAGE}{page_index:06}")
