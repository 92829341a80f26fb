"""The rosters of a running job, as its worker has them in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.hold import NO_LIMITS, Floors, Limits, limits_of
from bokabridge.usersync.job import Begun, SyncJob, Work
from bokabridge.usersync.link import user_key
from bokabridge.usersync.ports import ChangeLog, JobStore, LinkStore, RosterStore
from bokabridge.usersync.roster import Roster, RosterHead, hash_of_key


@dataclass(slots=True)
class WriteMark:
    """A worker's mark at the company's lock that it writes customers. It is set once, before the first write.

    `is_clean` is False while a page is written and not committed. `is_over` is True after the commit of the last page.
    """

    jobs: JobStore
    work: Work
    is_set: bool = False
    is_clean: bool = True
    is_over: bool = False

    def begin(self, job: SyncJob, changes: Sequence[PersonChange] | None = None) -> None:
        """Call this before the first write of a page, with the changes that must be stored before they are made.

        Raises LeaseLost or RetriableError.
        """
        if not self.is_set or changes is not None:
            self.jobs.begin_writes(job, self.work, changes, is_marked=self.is_set)
            self.is_set = True
        self.is_clean = False


@dataclass(frozen=True, slots=True)
class Run:
    """The rosters of a running job. `head` leads to the previous one, and `slot` is where the new one is stored.

    `is_trusted` is False if a customer may differ from what the previous roster or its link says. `fence` is the job's
    fencing token. `first_page` is the index of the worker's first page. `adopted` has the customers that the job's
    pages have adopted, or would have.
    """

    roster: Roster
    head: RosterHead | None
    slot: int
    is_trusted: bool
    system: str
    is_first: bool
    fence: int
    first_page: int
    mark: WriteMark
    limits: Limits = NO_LIMITS
    adopted: set[str] = field(default_factory=set)

    def entry_as_before(self, source_user_id: str, digest: bytes) -> bytes | None:
        """The user's entry, if the customer was written from a record with this digest and has not changed since."""
        entry = hash_of_key(user_key(self.system, source_user_id)) + digest
        return entry if self.roster.has(entry) else None

    def may_have_run(self, job: SyncJob) -> bool:
        """True if a worker that died may have written people of the job's current page."""
        return job.is_tainted and job.page_index == self.first_page

    def waits(self, source_user_id: str) -> bool:
        """True if a committed page left the decision about the user to the last one."""
        return self.roster.is_undecided(hash_of_key(user_key(self.system, source_user_id)))

    @property
    def system_changed(self) -> bool:
        """True if the previous roster is of another Axema system."""
        return self.head is not None and self.head.system != self.system

    def ending(self, job: SyncJob, missing_parts: int) -> RosterHead:
        """The head of the new roster, whose last page is committed with the job."""
        return RosterHead(self.slot, self.fence, self.system, job.removals, job.pages_committed, missing_parts)

    @property
    def kept_head(self) -> RosterHead | None:
        """The head of the previous roster after a job that wrote nothing: the next job trusts it if this one does."""
        return replace(self.head, fence=self.fence) if self.head and self.is_trusted else None


def open_run(
    begun: Begun,
    settings: AxemaSettings,
    mark: WriteMark,
    floors: Floors,
    *,
    rosters: RosterStore,
    changes: ChangeLog,
    links: LinkStore,
) -> Run:
    """Read the previous roster, and the pages of the new one that the job has committed."""
    job, head, roster, limits = begun.job, begun.head, Roster(), NO_LIMITS
    slot = 1 - head.slot if head else 0
    is_trusted = head is not None and head.is_trusted(begun.fence, job.removals) and not job.is_tainted
    if head:
        for page in rosters.pages(job.company_id, head.slot, head.pages):
            roster.remember(page.entries, trusts_contents=is_trusted)
        limits = limits_of(job, settings.safeguards, len(roster), floors)
        for entries in rosters.missing(job.company_id, head.slot, head.missing_parts):
            roster.remember_missing(entries, trusts_contents=is_trusted)
        roster.reconsider(head)
    for page in rosters.pages(job.company_id, slot, job.pages_committed):
        roster.note(page)
    is_first = job.is_first if job.pages_committed else head is None and not links.any_exist(job.company_id)
    return Run(
        roster=roster,
        head=head,
        slot=slot,
        is_trusted=is_trusted,
        system=settings.connection.system,
        is_first=is_first,
        fence=begun.fence,
        first_page=job.pages_committed,
        mark=mark,
        limits=limits,
        adopted=_adopted(job, changes),
    )


def _adopted(job: SyncJob, changes: ChangeLog) -> set[str]:
    """The customers that the job's pages would have adopted. What they have adopted, the stores know."""
    if job.writes or not job.pages_committed:
        return set()
    logged = (each.change for each in changes.of_job(job.company_id, job.id))
    return {each.customer_id for each in logged if each.kind in (ChangeKind.Adopt, ChangeKind.Reactivate)}
