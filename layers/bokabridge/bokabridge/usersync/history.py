"""Reading what a job changed about each person, or would change."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bokabridge.paging import Window
from bokabridge.usersync.changes import ChangeKind, LoggedChange, PersonChange
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.ports import ChangeLog


class Outcome(StrEnum):
    """What became of a change.

    `Held`: the sync was held back before it wrote the page.
    `Unknown`: the page is not committed. Its worker is about to write it, or has died and may have written it.
    """

    Done = "Done"
    Planned = "Planned"
    Held = "Held"
    Unknown = "Unknown"


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change of a job, and what became of it."""

    change: PersonChange
    outcome: Outcome


def list_changes(
    job: SyncJob, kinds: Collection[ChangeKind], window: Window, *, changes: ChangeLog, now: datetime
) -> list[PastChange]:
    """The job's changes of these kinds in the order of Axema's list, without those that have expired."""
    if job.changes_expire_at <= now:
        return []
    return window.of(_past(job, kinds, changes))


def _past(job: SyncJob, kinds: Collection[ChangeKind], changes: ChangeLog) -> Iterator[PastChange]:
    for logged in changes.of_job(job.company_id, job.id):
        if logged.change.kind in kinds:
            yield PastChange(logged.change, _outcome(job, logged))


def _outcome(job: SyncJob, logged: LoggedChange) -> Outcome:
    if job.is_preview:
        return Outcome.Planned
    if job.held_from is not None and logged.page_index >= job.held_from:
        return Outcome.Held
    return Outcome.Done if logged.page_index < job.pages_committed else Outcome.Unknown
