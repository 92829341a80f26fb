"""The rosters in memory. They pass the same contract tests as the adapter."""

from collections.abc import Iterable, Sequence

from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.normalised import Candidate
from bokabridge.usersync.roster import RosterAddition, RosterPage


class InMemoryRosters:
    """RosterStore in dicts. InMemoryJobs has one, and stores the committed pages in it."""

    def __init__(self) -> None:
        self._pages: dict[tuple[str, int, int], RosterPage] = {}
        self._missing: dict[tuple[str, int, int], bytes] = {}
        self._undecided: dict[tuple[str, int], list[Candidate]] = {}

    def store(self, job: SyncJob, addition: RosterAddition) -> None:
        """Store a committed page. Not part of RosterStore."""
        self._pages[job.company_id, addition.slot, job.pages_committed - 1] = addition.page

    def pages(self, company_id: str, slot: int, count: int) -> Iterable[RosterPage]:
        """See RosterStore."""
        return [self._pages[company_id, slot, index] for index in range(count)]

    def missing(self, company_id: str, slot: int, parts: int) -> Iterable[bytes]:
        """See RosterStore."""
        return [self._missing[company_id, slot, part] for part in range(parts)]

    def save_missing(self, company_id: str, slot: int, parts: Iterable[bytes]) -> int:
        """See RosterStore."""
        stored = {(company_id, slot, part): entries for part, entries in enumerate(parts)}
        self._missing |= stored
        return len(stored)

    def save_undecided(self, job: SyncJob, people: Sequence[Candidate]) -> None:
        """See RosterStore."""
        self._undecided[job.id, job.page_index] = list(people)

    def undecided(self, job: SyncJob) -> list[Candidate]:
        """See RosterStore."""
        pages = (self._undecided.get((job.id, index), []) for index in range(job.pages_committed))
        return [candidate for people in pages for candidate in people]
