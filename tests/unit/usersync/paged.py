"""A list of people in pages that a test writes, and the state of the customers after syncs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bokabridge.paging import Window
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.job import Counters, SyncJob
from bokabridge.usersync.people import AxemaUser, Issue, Record, UserPage
from tests.data import COMPANY_ID
from tests.unit.usersync.world import World

ALL = Window(0, 10_000)


@dataclass
class PagedSource:
    """AxemaSource and SourceFactory. `pages` leads from a cursor to the page there; None is the first one's.

    `before` is called with the number of the page before each fetch.
    """

    pages: Mapping[str | None, UserPage]
    before: Callable[[int], None] = field(default=lambda _: None)

    def connect(self, settings: AxemaSettings, _seconds: float | None = None) -> "PagedSource":
        return self

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        self.before(page_number)
        return self.pages[cursor]


def user(user_id: str, name: str, email: str | None = None, phone: str | None = None) -> AxemaUser:
    return AxemaUser(user_id, name, email, phone)


def pages_of(*pages: Sequence[Record]) -> dict[str | None, UserPage]:
    """Pages that follow each other by tokens."""
    cursors: list[str | None] = [None, *(f"token-{at}" for at in range(1, len(pages)))]
    return {
        cursor: UserPage(list(records), following)
        for cursor, records, following in zip(cursors, pages, [*cursors[1:], None], strict=True)
    }


class PagedWorld(World):
    """A world whose Axema lists these pages."""

    def __init__(self, *pages: Sequence[Record]) -> None:
        super().__init__([])
        self.source = self.paged = PagedSource(pages_of(*pages))  # type: ignore[assignment]

    @property
    def system(self) -> str:
        """The Axema system in the company's settings."""
        settings = self.settings.find(COMPANY_ID)
        assert settings is not None
        return settings.connection.system

    def lists(self, *pages: Sequence[Record]) -> None:
        self.paged.pages = pages_of(*pages)

    def synced(self) -> tuple[Counters, list[Issue]]:
        """Run a complete sync. Returns its counters and its issues."""
        job = self.start()
        self.run_to_the_end(job)
        self.close(job)
        self.last = self.read(job)
        return self.counters(job), self.issues.list(COMPANY_ID, job.id, ALL)

    def run_to_the_end(self, job: SyncJob, time_is_up: Callable[[], bool] = lambda: False) -> None:
        while not self.run(job, time_is_up):
            pass

    def names(self) -> dict[str, str]:
        """The customers' full names by the id of their Axema user."""
        found = self.customers.list(COMPANY_ID, ALL)
        return {each.source_user_id or "": f"{each.person.first_name} {each.person.last_name}" for each in found}

    def customer_ids(self) -> dict[str, str]:
        """The customers' ids by full name."""
        found = self.customers.list(COMPANY_ID, ALL)
        return {f"{each.person.first_name} {each.person.last_name}": each.id for each in found}
