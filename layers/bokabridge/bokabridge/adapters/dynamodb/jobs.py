"""Jobs and the per-company lock in UserSyncTable.

`LOCK` holds JobId, LeaseUntil, AcquiredAt and HasBegun while it is taken; Fence stays when it is released, so that it
only ever grows. `JOB#<id>` holds the job; ids are UUIDv7, so the newest sorts last. `PAGE#<number>` holds the
fingerprint of what a page was when it was last committed, and the fencing token of the job that did it.
"""

from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import JOB, LOCK, PAGE, SETTINGS, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import (
    TransactionCancelled,
    check_write,
    put_write,
    transact,
    update_write,
)
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import AlreadyRunning, LeaseLost, NotConfigured, RetriableError, Unavailable
from bokabridge.usersync.job import Counters, JobStatus, SyncJob, Trigger

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

KEEP_JOBS = timedelta(days=90)

_TAKEOVER_ATTEMPTS = 4
"""Between two looks at the lock, its holder may have gone or another taken over."""


class DynamoJobs:
    """JobStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def start(self, job: SyncJob) -> str | None:
        """One transaction when the lock is free or held by a live job; one more takes over a lease that ran out."""
        abandoned: Item | None = None
        for _ in range(_TAKEOVER_ATTEMPTS):
            try:
                transact(self._table, self._acquisition(job, abandoned))
            except TransactionCancelled as cancelled:
                settings, lock, _ = cancelled.reasons
                if settings.failed_condition:
                    raise NotConfigured from None
                abandoned = _unless_live(lock.item, job.created_at) if lock.item and "JobId" in lock.item else None
            else:
                return abandoned["JobId"] if abandoned else None
        raise Unavailable("The company's syncs are being started too often at this moment; try again.")

    def _acquisition(self, job: SyncJob, abandoned: Item | None) -> "list[TransactWriteItemTypeDef]":
        taken = {
            ":job": job.id,
            ":until": format_date(job.lease_until),
            ":now": format_date(job.created_at),
            ":no": False,
            ":one": 1,
        }
        if abandoned is None:
            condition = "attribute_not_exists(JobId)"
        else:
            condition = "JobId = :old_job AND Fence = :old_fence AND LeaseUntil = :old_until"
            taken |= {
                ":old_job": abandoned["JobId"],
                ":old_fence": abandoned["Fence"],
                ":old_until": abandoned["LeaseUntil"],
            }
        lock = Update(
            key(job.company_id, LOCK),
            "SET JobId = :job, LeaseUntil = :until, AcquiredAt = :now, HasBegun = :no ADD Fence :one",
            taken,
            condition,
        )
        return [
            check_write(self._table, key(job.company_id, SETTINGS), "IsActive = :yes", {":yes": True}),
            update_write(self._table, lock),
            put_write(self._table, _to_item(job), "attribute_not_exists(PK)"),
        ]

    def begin(self, company_id: str, job_id: str, now: datetime, lease_until: datetime) -> tuple[SyncJob, int]:
        """See JobStore. The lock comes first: who does not hold it must not touch the job."""
        renewal = Update(
            key(company_id, LOCK),
            "SET LeaseUntil = :until, HasBegun = :yes",
            {":until": format_date(lease_until), ":job": job_id, ":yes": True},
            "JobId = :job",
        )
        progress = Update(
            key(company_id, JOB + job_id),
            "SET #status = :processing, LeaseUntil = :until, UpdatedDate = :now, "
            "UsersFound = if_not_exists(UsersFound, :zero), UsersCreated = if_not_exists(UsersCreated, :zero), "
            "UsersUpdated = if_not_exists(UsersUpdated, :zero), UsersUnchanged = if_not_exists(UsersUnchanged, :zero), "
            "UsersSkipped = if_not_exists(UsersSkipped, :zero)",
            {
                ":processing": JobStatus.Processing,
                ":until": format_date(lease_until),
                ":now": format_date(now),
                ":zero": 0,
            },
            "attribute_exists(PK) AND #status <= :processing",
            {"#status": "Status"},
        )
        try:
            lock = self._table.update(renewal)
            job = self._table.update(progress)
        except ConditionFailed:
            raise LeaseLost from None
        return _from_item(job), lock["Fence"]

    def fingerprint(self, company_id: str, page: int, fence: int) -> str | None:
        """See JobStore."""
        item = self._table.find(_page_key(company_id, page))
        return item["Fingerprint"] if item and item["Fence"] == fence else None

    def forget_fingerprint(self, company_id: str, page: int) -> None:
        """See JobStore."""
        self._table.delete(_page_key(company_id, page))

    def commit(self, job: SyncJob, fence: int, fingerprint: str) -> None:
        """See JobStore. One transaction: the lease, the cursor, the page number, the counters, the fingerprint."""
        counters = job.counters or Counters()
        renewal = Update(
            key(job.company_id, LOCK),
            "SET LeaseUntil = :until",
            {":until": format_date(job.lease_until), ":job": job.id, ":fence": fence},
            "JobId = :job AND Fence = :fence",
        )
        cursor = {":cursor": job.cursor} if job.cursor is not None else {}
        progress = Update(
            key(job.company_id, JOB + job.id),
            "SET PageNumber = :page, IsDrained = :drained, LeaseUntil = :until, UpdatedDate = :now, "
            "UsersFound = :found, UsersCreated = :created, UsersUpdated = :updated, UsersUnchanged = :unchanged, "
            "UsersSkipped = :skipped" + (", SourceCursor = :cursor" if cursor else " REMOVE SourceCursor"),
            {
                ":page": job.page,
                ":expected": job.page - 1,
                ":drained": job.is_drained,
                ":until": format_date(job.lease_until),
                ":now": format_date(job.updated_at),
                ":found": counters.found,
                ":created": counters.created,
                ":updated": counters.updated,
                ":unchanged": counters.unchanged,
                ":skipped": counters.skipped,
                ":processing": JobStatus.Processing,
                **cursor,
            },
            "PageNumber = :expected AND #status = :processing",
            {"#status": "Status"},
        )
        page = {**_page_key(job.company_id, job.page - 1), "Fingerprint": fingerprint, "Fence": fence}
        try:
            transact(
                self._table,
                [
                    update_write(self._table, renewal),
                    update_write(self._table, progress),
                    put_write(self._table, page),
                ],
            )
        except TransactionCancelled as cancelled:
            if cancelled.reasons[0].failed_condition:
                raise LeaseLost from None
            raise RetriableError("Another worker of this job was faster; the page has to be looked at anew.") from None

    def finish(self, company_id: str, job_id: str, status: JobStatus, error: str | None, now: datetime) -> bool:
        """See JobStore. Both at once, so that who sees a final job also finds the lock free."""
        final = Update(
            key(company_id, JOB + job_id),
            "SET #status = :final, UpdatedDate = :now" + (", ErrorMessage = :error" if error else ""),
            {
                ":final": status,
                ":now": format_date(now),
                ":processing": JobStatus.Processing,
                **({":error": error} if error else {}),
            },
            "attribute_exists(PK) AND #status <= :processing",
            {"#status": "Status"},
        )
        release = Update(
            key(company_id, LOCK),
            "REMOVE JobId, LeaseUntil, AcquiredAt, HasBegun",
            {":job": job_id},
            "JobId = :job",
        )
        try:
            transact(self._table, [update_write(self._table, final), update_write(self._table, release)])
            return True
        except TransactionCancelled:
            # One of the two was done before, by somebody else or by a former try: each is finished by itself.
            is_closed_now = self._try(final)
            self._try(release)
            return is_closed_now

    def _try(self, update: Update) -> bool:
        try:
            self._table.update(update)
            return True
        except ConditionFailed:
            return False

    def get(self, company_id: str, job_id: str) -> SyncJob | None:
        """See JobStore."""
        item = self._table.find(key(company_id, JOB + job_id))
        return _from_item(item) if item else None

    def list(self, company_id: str, status: JobStatus | None, skip: int, take: int) -> list[SyncJob]:
        """See JobStore."""
        if status is None:
            items = query(self._table, partition(company_id), JOB, newest_first=True, max_items=skip + take)
        else:
            only = Filter("#status = :status", {"#status": "Status"}, {":status": status})
            items = query(self._table, partition(company_id), JOB, only, newest_first=True)
        return [_from_item(item) for item in islice(items, skip, skip + take)]


def _page_key(company_id: str, page: int) -> Item:
    return key(company_id, f"{PAGE}{page:06}")


def _unless_live(lock: Item, now: datetime) -> Item:
    """The lock row, if its lease has run out. Raises AlreadyRunning if it has not."""
    if parse_date(lock["LeaseUntil"]) >= now:
        raise AlreadyRunning(lock["JobId"], parse_date(lock["AcquiredAt"]), lock["HasBegun"])
    return lock


def _to_item(job: SyncJob) -> Item:
    return {
        **key(job.company_id, JOB + job.id),
        "Id": job.id,
        "CompanyId": job.company_id,
        "Status": job.status,
        "Trigger": job.trigger,
        "CreatedDate": format_date(job.created_at),
        "UpdatedDate": format_date(job.updated_at),
        "LeaseUntil": format_date(job.lease_until),
        "PageNumber": job.page,
        "IsDrained": job.is_drained,
        "ExpiresAt": int((job.created_at + KEEP_JOBS).timestamp()),
    }


def _from_item(item: Item) -> SyncJob:
    counters = None
    if "UsersFound" in item:
        counters = Counters(
            item["UsersFound"],
            item["UsersCreated"],
            item["UsersUpdated"],
            item["UsersUnchanged"],
            item["UsersSkipped"],
        )
    return SyncJob(
        id=item["Id"],
        company_id=item["CompanyId"],
        status=JobStatus(item["Status"]),
        trigger=Trigger(item["Trigger"]),
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        lease_until=parse_date(item["LeaseUntil"]),
        counters=counters,
        cursor=item.get("SourceCursor"),
        page=item["PageNumber"],
        is_drained=item["IsDrained"],
        error=item.get("ErrorMessage"),
    )
