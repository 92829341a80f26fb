"""The ends of jobs in UserSyncTable: one transaction for the job, its company's lock and settings, and a notice.

The lock has the number of failed syncs in a row, the settings have the number of rejections and when they paused the
schedule. Saving the settings replaces the whole item, so it clears both.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb import notices
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.job_items import cancellation_of, finish_job, is_of_sync, is_open, job_key
from bokabridge.adapters.dynamodb.keys import SETTINGS, key
from bokabridge.adapters.dynamodb.lock import close_lock
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, put_write, transact, update_write
from bokabridge.dates import format_date, parse_date
from bokabridge.usersync.end import end_of
from bokabridge.usersync.failure import Failure, FailureKind
from bokabridge.usersync.standing import Standing

if TYPE_CHECKING:
    from types_boto3_dynamodb.type_defs import TransactWriteItemTypeDef

_MAX_ATTEMPTS = 6
"""Between two attempts, a worker, a start, a save of the settings, or another end may change what this one has read."""


@dataclass(frozen=True, slots=True)
class JobEnd:
    """The end of one job, at `now`."""

    table: Table
    company_id: str
    job_id: str
    now: datetime

    def store(self, failure: Failure | None) -> bool:
        """Store the end. Returns False, and changes nothing, if the job is final or does not exist.

        The first attempt takes for granted what is usual, and reads nothing: the job is a sync, is not cancelled and
        holds its company's lock, no worker is writing, and no sync has failed before.
        """
        lock: Item = {"JobId": self.job_id}
        found: Item = {}
        for _ in range(_MAX_ATTEMPTS):
            try:
                transact(self.table, self._writes(_failure_of(found, failure), lock, found))
            except TransactionCancelled as cancelled:
                job, held, *_ = cancelled.reasons
                if job.failed_condition:
                    if not is_open(job.item):
                        return False
                    found = job.item
                if held.failed_condition:
                    lock = held.item or {}
            else:
                return True
        raise self.table.busy()

    def _writes(self, failure: Failure | None, lock: Item, found: Item) -> "list[TransactWriteItemTypeDef]":
        failures = lock.get("Failures", 0)
        matters = is_of_sync(found) and (failures or (failure is not None and failure.kind is FailureKind.Rejected))
        settings = self._settings() if matters else {}
        before = _standing(failures, settings)
        is_scheduled = bool(settings) and settings.get("IsScheduled", True)
        end = end_of(*self._ids, failure, before, self.now, is_scheduled=is_scheduled, is_sync=is_of_sync(found))
        job = finish_job(*self._ids, end.status, end.error, self.now, found)
        held = close_lock(self.company_id, self.job_id, lock, end.standing.failures, self.now)
        writes = [update_write(self.table, job), update_write(self.table, held)]
        if end.notice:
            writes.append(put_write(self.table, notices.to_item(end.notice)))
        if settings and _in_settings(end.standing) != _in_settings(before):
            writes.append(update_write(self.table, self._note_rejections(settings, end.standing)))
        return writes

    def _settings(self) -> Item:
        """The company's settings, unless they are gone or were saved since the job was created."""
        settings, job = self.table.find(key(self.company_id, SETTINGS)), self.table.find(job_key(*self._ids))
        if settings is None or job is None or parse_date(settings["UpdatedDate"]) > parse_date(job["CreatedDate"]):
            return {}
        return settings

    @property
    def _ids(self) -> tuple[str, str]:
        return self.company_id, self.job_id

    def _note_rejections(self, settings: Item, standing: Standing) -> Update:
        return Update.setting(
            key(self.company_id, SETTINGS),
            _in_settings(standing),
            condition="#UpdatedDate = :seen",
            condition_values={":seen": settings["UpdatedDate"]},
        )


def _failure_of(job: Item, failure: Failure | None) -> Failure | None:
    """How a job ends that is like this. All pages of a drained job are committed, so it cannot fail."""
    cancelled = cancellation_of(job)
    if cancelled:
        return cancelled.failure
    return None if job.get("IsDrained") else failure


def _standing(failures: int, settings: Item) -> Standing:
    paused = settings.get("PausedDate")
    return Standing(failures, settings.get("Rejections", 0), parse_date(paused) if paused else None)


def _in_settings(standing: Standing) -> Item:
    paused_at = standing.paused_at
    return {"Rejections": standing.rejections or None, "PausedDate": format_date(paused_at) if paused_at else None}
