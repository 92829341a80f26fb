"""Jobs and the lock of each company in UserSyncTable. For jobs see job_items.py, for the lock lock.py."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.changes import change_items, saved_items
from bokabridge.adapters.dynamodb.ends import JobEnd
from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.issues import issue_items
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.job_items import (
    advance_job,
    begin_job,
    cancel_job,
    cancellation_of,
    from_item,
    halt_of,
    job_key,
    to_item,
    wait_job,
)
from bokabridge.adapters.dynamodb.keys import JOB, LOCK, SETTINGS, company_of, key, partition
from bokabridge.adapters.dynamodb.lock import (
    begin_lock,
    begin_writes,
    end_work,
    expired_lock,
    headcount_of,
    is_held_by,
    is_worked_on,
    note_removal,
    release_lock,
    renew_lock,
    roster_head,
    set_headcount,
    state_of,
    take_lock,
    trusts_roster,
)
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.rosters import page_item
from bokabridge.adapters.dynamodb.settings_checks import MAY_START, may_go_on, refusal
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import (
    TransactionCancelled,
    check_write,
    put_write,
    transact,
    update_write,
)
from bokabridge.errors import LeaseLost, Unavailable, WorkerBusy
from bokabridge.paging import Window
from bokabridge.usersync.changes import PersonChange
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.halt import Cancelled
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.job import Begun, JobStatus, SyncJob, Work
from bokabridge.usersync.people import Issue
from bokabridge.usersync.roster import RosterAddition, RosterHead
from bokabridge.usersync.standing import SyncState

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_TAKEOVER_ATTEMPTS = 4
"""Between two attempts, the lock's holder may have released it, or another job may have taken it over."""


class DynamoJobs:
    """JobStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def start(self, job: SyncJob) -> str | None:
        """See JobStore. One transaction if the lock is free or its lease is live. A takeover needs a second one."""
        expired: Item | None = None
        for _ in range(_TAKEOVER_ATTEMPTS):
            settings_key = key(job.company_id, SETTINGS)
            checks = [check_write(self._table, settings_key, MAY_START[job.trigger], {":yes": True})]
            writes = [
                *([] if job.undoes else checks),
                update_write(self._table, take_lock(job, expired)),
                put_write(self._table, to_item(job), "attribute_not_exists(PK)"),
            ]
            try:
                transact(self._table, writes)
            except TransactionCancelled as cancelled:
                *settings, lock, _ = cancelled.reasons
                if any(each.failed_condition for each in settings):
                    raise refusal(settings[0].item) from None
                expired = expired_lock(lock.item, job.created_at)
            else:
                return expired["JobId"] if expired else None
        raise Unavailable("The company's syncs are started too often at the moment. Try again in a few seconds.")

    def begin(self, company_id: str, job_id: str, work: Work, source: str | None) -> Begun:
        """See JobStore. Renews the lock first, because only its holder may write to the job."""
        try:
            lock = self._table.update(begin_lock(company_id, job_id, work))
        except ConditionFailed:
            if is_held_by(self._table.find(key(company_id, LOCK)), job_id):
                raise WorkerBusy from None
            raise LeaseLost from None
        try:
            job = self._table.update(begin_job(company_id, job_id, work, source, lock))
        except ConditionFailed:
            self._try(end_work(company_id, work, is_clean=True))
            raise cancellation_of(self._table.find(job_key(company_id, job_id))) or LeaseLost() from None
        return Begun(from_item(job), lock["Fence"], roster_head(lock), headcount_of(lock))

    def begin_writes(
        self, job: SyncJob, work: Work, changes: Sequence[PersonChange] | None = None, *, is_marked: bool = False
    ) -> None:
        """See JobStore. One transaction stores the mark and the first part of the changes, as `commit` does."""
        parts = [] if changes is None else saved_items(job, changes)
        batch_put(self._table, parts if is_marked else parts[1:])
        if is_marked:
            return
        mark = begin_writes(job.company_id, work)
        try:
            if parts:
                transact(self._table, [update_write(self._table, mark), put_write(self._table, parts[0])])
            else:
                self._table.update(mark)
        except (ConditionFailed, TransactionCancelled):
            raise LeaseLost from None

    def end_work(self, company_id: str, work: Work, *, is_clean: bool) -> None:
        """See JobStore."""
        self._try(end_work(company_id, work, is_clean=is_clean))

    def wait(self, job: SyncJob, fence: int) -> None:
        """See JobStore."""
        self._advance(job, [renew_lock(job, fence), wait_job(job)], [])

    def commit(
        self,
        job: SyncJob,
        fence: int,
        addition: RosterAddition,
        issues: Sequence[Issue] = (),
        created: int = 0,
        changes: Sequence[PersonChange] = (),
    ) -> None:
        """See JobStore. One transaction stores the lease, the progress, the counters, the roster's page and the logs.

        It checks the settings, too, so that a sync which they no longer want stops at its next commit. Of the issues
        and the changes of a page, it has the first parts, without which the others do not count: all of them might be
        too many for it.
        """
        logs = (issue_items(job, issues), change_items(job, job.pages_committed - 1, changes))
        batch_put(self._table, [part for parts in logs for part in parts[1:]])
        wanted = {":yes": True, **({":source": job.source} if job.source else {})}
        checks = [check_write(self._table, key(job.company_id, SETTINGS), may_go_on(job), wanted)]
        others = [
            *([] if job.undoes else checks),
            put_write(self._table, page_item(job.company_id, addition.slot, job.pages_committed - 1, addition.page)),
            *(put_write(self._table, part) for parts in logs for part in parts[:1]),
        ]
        try:
            self._advance(job, [renew_lock(job, fence, addition.head, created), advance_job(job)], others)
        except Cancelled:
            job = replace(job, is_drained=False)
            last = [renew_lock(job, fence, created=created), advance_job(job, is_cancelled=True)]
            self._advance(job, last, others)
            raise

    def cancel(self, company_id: str, job_id: str, by: str) -> bool:
        """See JobStore."""
        return self._try(cancel_job(company_id, job_id, by))

    def is_worked_on(self, company_id: str, job_id: str, now: datetime) -> bool:
        """See JobStore."""
        return is_worked_on(self._table.find(key(company_id, LOCK)), job_id, now)

    def note_removal(self, company_id: str, customers: int) -> None:
        """See JobStore."""
        self._table.update(note_removal(company_id, customers))

    def roster_head(self, company_id: str) -> RosterHead | None:
        """See JobStore."""
        return roster_head(self._table.find(key(company_id, LOCK)))

    def trusts_roster(self, company_id: str) -> bool:
        """See JobStore."""
        return trusts_roster(self._table.find(key(company_id, LOCK)))

    def headcount(self, company_id: str) -> Headcount | None:
        """See JobStore."""
        return headcount_of(self._table.find(key(company_id, LOCK)))

    def states(self, company_ids: Collection[str], now: datetime) -> dict[str, SyncState]:
        """See JobStore. One request per 100 companies."""
        locks = batch_get(self._table, [key(company_id, LOCK) for company_id in company_ids])
        found = {company_of(lock): lock for lock in locks}
        return {company_id: state_of(found.get(company_id), now) for company_id in company_ids}

    def set_headcount(self, company_id: str, before: Headcount | None, after: Headcount) -> None:
        """See JobStore."""
        self._try(set_headcount(company_id, before, after))

    def _advance(
        self, job: SyncJob, lock_and_job: Sequence[Update], others: "Sequence[TransactWriteItemTypeDef]"
    ) -> None:
        """One transaction. The check of the settings is the first of the others, except for an undo."""
        try:
            transact(self._table, [*(update_write(self._table, update) for update in lock_and_job), *others])
        except TransactionCancelled as cancelled:
            lock, progress, *rest = cancelled.reasons
            if lock.failed_condition:
                raise LeaseLost from None
            if progress.failed_condition:
                raise cancellation_of(progress.item) or WorkerBusy() from None
            halt = None if job.undoes or not rest else halt_of(rest[0].item, job)
            raise halt or self._table.busy() from None

    def finish(self, company_id: str, job_id: str, failure: Failure | None, now: datetime) -> bool:
        """See JobStore. One transaction, so that a caller who sees a final job also finds the lock free."""
        if JobEnd(self._table, company_id, job_id, now).store(failure):
            return True
        self._try(release_lock(company_id, job_id, now))  # its worker may have ended since the job did
        return False

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
