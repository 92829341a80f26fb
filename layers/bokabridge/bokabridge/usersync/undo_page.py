"""The page worker of an undo. A page has some of the changes of the job that is undone, the last ones first."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from bokabridge.clock import Clock
from bokabridge.customers.model import Customer
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.errors import FatalError
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.job import Begun, SyncJob
from bokabridge.usersync.link import Link, user_key
from bokabridge.usersync.ports import ChangeLog, JobStore, LinkStore
from bokabridge.usersync.revert import Reversal, revert
from bokabridge.usersync.roster import RosterAddition, RosterPage
from bokabridge.usersync.run import WriteMark

MAX_CHANGES = 500
"""The most changes that a page of an undo reverts. Each is a write of its own."""

EXPIRED = "The job that was to be undone has expired, and its changes with it."


@dataclass(frozen=True, slots=True)
class Piece:
    """Some changes in the log of the job that is undone, and the cursor of those before them, if there are any."""

    changes: list[PersonChange]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class UndoWorker:
    """A worker of one undo: commits as many pages as fit in its time."""

    begun: Begun
    mark: WriteMark
    jobs: JobStore
    changes: ChangeLog
    links: LinkStore
    customers: CustomerDirectory
    clock: Clock
    lease: timedelta

    def run(self, time_is_up: Callable[[], bool]) -> bool:
        """Commit at least one page. Returns True if no pages are left. Raises like PageWorker.run."""
        job, tainted_page = self.begun.job, self.begun.job.page_index if self.begun.job.is_tainted else None
        undone = self.jobs.find(job.company_id, job.undoes or "")
        if undone is None:
            raise FatalError(EXPIRED)
        while True:
            earlier = self.changes.of_page(job, job.page_index) if job.page_index == tainted_page else []
            job = self._run_page(job, undone, earlier)
            if job.is_drained or time_is_up():
                return job.is_drained

    def _run_page(self, job: SyncJob, undone: SyncJob, earlier: list[PersonChange]) -> SyncJob:
        piece = piece_at(job.cursor, undone, self.changes)
        stored = self.customers.existing(job.company_id, {each.customer_id for each in piece.changes})
        links = self._links(job, undone, piece.changes, stored)
        reversal = revert(piece.changes, stored, links, earlier)
        is_saved = job.writes and bool(reversal.changes or earlier)
        if is_saved:
            self._write(job, reversal, links)
        now = self.clock()
        after = job.advanced(reversal.counters, piece.next_cursor, now, now + self.lease)
        self._commit(after, reversal, is_saved=is_saved)
        return after

    def _write(self, job: SyncJob, reversal: Reversal, links: Mapping[str, Link]) -> None:
        """Carry the reversal out. Doing it again after a crash has the same result.

        The values before a change are stored first, as a sync does. While a customer is inactive, the link has its
        mark, because without it the customer would look like one that an administrator has made inactive.
        """
        hidden, shown, others = (
            [links[each.customer_id] for each in reversal.changes if each.kind is kind and each.customer_id in links]
            for kind in (ChangeKind.Deactivate, ChangeKind.Reactivate, ChangeKind.Update)
        )
        self.mark.begin(job, reversal.changes)
        marked = [link.deactivated() for link in hidden]
        self.links.save(job.company_id, [link.unsure(job.id) for link in (*marked, *shown, *others)])
        self.customers.edit(job.company_id, reversal.edits)
        self.links.save(job.company_id, [replace(link.unsure(job.id), is_deactivated=False) for link in shown])

    def _commit(self, after: SyncJob, reversal: Reversal, *, is_saved: bool) -> None:
        """Commit the page. An undo has no roster, so the next sync compares everybody. A preview keeps the last one."""
        head, fence = self.begun.head, self.begun.fence
        slot = 1 - head.slot if head else 0
        is_trusted = head is not None and head.is_trusted(fence, after.removals)
        kept = replace(head, fence=fence) if head and is_trusted and after.is_preview and after.is_drained else None
        changes = [] if is_saved else reversal.changes
        self.jobs.commit(after, fence, RosterAddition(RosterPage(b""), slot, kept), reversal.issues, 0, changes)
        self.mark.is_clean, self.mark.is_over = True, after.is_drained

    def _links(
        self, job: SyncJob, undone: SyncJob, changes: Iterable[PersonChange], stored: Mapping[str, Customer]
    ) -> Mapping[str, Link]:
        """The links to these customers, by customer id.

        Most have the key that the job wrote. The company's links are searched for customers that moved since.
        """
        wanted = set(stored)
        keys = {user_key(undone.source or "", each.source_user_id) for each in changes if each.customer_id in wanted}
        found = _by_customer(self.links.existing(job.company_id, keys).values(), wanted)
        return found if len(found) == len(wanted) else _by_customer(self.links.all(job.company_id), wanted)


def _by_customer(links: Iterable[Link], wanted: set[str]) -> dict[str, Link]:
    return {link.customer_id: link for link in links if link.customer_id in wanted and not link.is_vacant}


def piece_at(cursor: str | None, undone: SyncJob, changes: ChangeLog) -> Piece:
    """The changes to undo at this cursor, `<page>` or `<page>:<end>`. None is the start, at the log's end.

    Pages that were held back have changed nothing. Pages without changes are passed over.
    """
    page, _, end = (cursor or str(_last_page(undone))).partition(":")
    for index in range(int(page), -1, -1):
        found = changes.of_page(undone, index)[: int(end) if end else None]
        end, start = "", max(0, len(found) - MAX_CHANGES)
        if found:
            following = f"{index}:{start}" if start else str(index - 1) if index else None
            return Piece(found[start:], following)
    return Piece([], None)


def _last_page(undone: SyncJob) -> int:
    """The index of the last page that the job may have written: also the one on which its worker died."""
    if undone.held_from is not None:
        return undone.held_from - 1
    return undone.pages_committed - undone.is_drained
