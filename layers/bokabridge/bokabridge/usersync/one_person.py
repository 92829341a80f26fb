"""One person now: the search for the person's record in Axema's list, and the plan for this record alone."""

from collections.abc import Sequence
from datetime import datetime

from bokabridge.errors import FatalError
from bokabridge.settings.model import AxemaSettings, NameOrder
from bokabridge.usersync.actions import Listed
from bokabridge.usersync.adopt import Known
from bokabridge.usersync.find import Finder
from bokabridge.usersync.job import Begun, SyncJob
from bokabridge.usersync.link import user_key
from bokabridge.usersync.normalise import normalise_page
from bokabridge.usersync.normalised import NormalisedPage
from bokabridge.usersync.people import Record
from bokabridge.usersync.plan import NO_PLAN, Plan, first_look, plan_page
from bokabridge.usersync.roster import UNKNOWN, Roster, RosterHead, RosterPage, hash_of_key
from bokabridge.usersync.run import Run, WriteMark
from bokabridge.usersync.source_ports import AxemaSource

LIST_SECONDS = 20.0
"""The number of seconds after the job's creation in which the list must be read. Its caller waits a little longer."""

TOO_LONG = (
    f"Axema's list of users was not read within {LIST_SECONDS:.0f} seconds, which is as long as a request for one "
    "person can wait. Nothing was changed. Start a sync of everybody instead, or try again later."
)
ENDLESS = "Axema's list of users leads back to an earlier page, and the person was not found. Nothing was changed."
NOT_READ = "Axema's list of users could not be read. Nothing was changed."
"""The error of a job whose worker stored that it wrote nothing, and died before it said why."""


class Listing:
    """Axema's list, as far as it was read. Its pages raise what AxemaSource.fetch raises."""

    def __init__(self, source: AxemaSource) -> None:
        self._source = source
        self._cursor: str | None = None
        self._cursors: set[str] = set()
        self._pages = 0

    @property
    def is_over(self) -> bool:
        """True if the last page was read."""
        return bool(self._pages) and self._cursor is None

    def next_page(self) -> Sequence[Record]:
        """The records of the next page. Raises FatalError if the list leads back to an earlier page."""
        self._pages += 1
        page = self._source.fetch(self._cursor, self._pages)
        self._cursor = page.next_cursor
        if self._cursor in self._cursors:
            raise FatalError(ENDLESS)
        if self._cursor is not None:
            self._cursors.add(self._cursor)
        return page.records


def seconds_left(job: SyncJob, now: datetime) -> float:
    """How long reading the list may take."""
    return max(0.0, LIST_SECONDS - (now - job.created_at).total_seconds())


def run_for(begun: Begun, settings: AxemaSettings, mark: WriteMark) -> Run:
    """A run that trusts nothing, so that it compares the customer with the record. Its roster is empty."""
    return Run(
        roster=Roster(),
        head=begun.head,
        slot=1 - begun.head.slot if begun.head else 0,
        is_trusted=False,
        system=settings.connection.system,
        is_first=False,
        fence=begun.fence,
        first_page=begun.job.pages_committed,
        mark=mark,
    )


def plan_for(
    job: SyncJob, run: Run, listing: Listing, name_order: NameOrder, finder: Finder
) -> tuple[Plan, Known | None]:
    """The plan for the job's person, and what it is based on; NO_PLAN if the list has no such user.

    Reads the list up to the user's first readable record. It reads the rest only if that decides whose customer it is.
    """
    records: list[Record] = []
    page = NormalisedPage((), ())
    while not listing.is_over and not page.candidates:
        records += _read(listing, run, job.only_user_id)
        page = normalise_page(records, 1, name_order)
    if not records:
        return NO_PLAN, None
    only = NormalisedPage(tuple(page.candidates[:1]) or page.records[:1], page.remarks, page.unread)
    plan, known = _plan(job, run, only, finder, is_last_page=listing.is_over)
    if plan.deferred:
        while not listing.is_over:
            _read(listing, run, job.only_user_id)
        plan, known = _plan(job, run, only, finder, is_last_page=True)
    return plan, known


def _read(listing: Listing, run: Run, wanted: str | None) -> list[Record]:
    """The records of the user on the next page. Marks all users of the page as found in the run's roster."""
    records = listing.next_page()
    keys = [user_key(run.system, record.id) for record in records if record.id and record.id != wanted]
    run.roster.note(RosterPage(b"".join(hash_of_key(key) + UNKNOWN for key in keys)))
    return [record for record in records if record.id == wanted]


def _plan(job: SyncJob, run: Run, page: NormalisedPage, finder: Finder, *, is_last_page: bool) -> tuple[Plan, Known]:
    looked_at = first_look(run.system, page, run.roster)
    people = [each for each in looked_at if isinstance(each, Listed)]
    known = finder.known(job, run, page, people, is_last_page=is_last_page)
    return plan_page(job, page, looked_at, known), known


def head_after(begun: Begun, plan: Plan) -> RosterHead | None:
    """The head of the roster with which the next sync knows what the plan writes, or None if it must trust nothing."""
    head, job = begun.head, begun.job
    if head is None or job.is_tainted or not head.is_trusted(begun.fence, job.removals):
        return None
    writes = plan.writes if job.writes else []
    moved = {hash_of_key(write.vacated.user_key) for write in writes if write.vacated}
    return head.after_writes(begun.fence, {hash_of_key(write.listed.user_key) for write in writes}, moved)


def stop_of(error: Exception) -> FatalError:
    """Why the job fails after this error, before anything was written."""
    match error:
        case FatalError():
            return error
        case TimeoutError():
            return FatalError(TOO_LONG)
        case _:
            return FatalError(f"{error} Nothing was changed.")
