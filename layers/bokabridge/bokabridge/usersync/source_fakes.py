"""An Axema system in memory, for tests and experiments."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.people import Record, UserPage


@dataclass(slots=True)
class ListSource:
    """AxemaSource and SourceFactory over a list of records. The cursor is the index of the next page.

    Each fetch calls `before_page` with the page's number, counted from 1. It may raise what a source may raise.
    `fetched` lists the numbers of the pages that were fetched.
    """

    records: Sequence[Record]
    page_size: int = 100
    before_page: Callable[[int], None] = lambda _: None
    fetched: list[int] = field(default_factory=list)

    def connect(self, settings: AxemaSettings, seconds: float | None = None) -> "ListSource":  # noqa: ARG002
        """See SourceFactory."""
        return self

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        self.before_page(page_number)
        self.fetched.append(page_number)
        page_index = int(cursor or 0)
        begin = page_index * self.page_size
        end = begin + self.page_size
        return UserPage(list(self.records[begin:end]), str(page_index + 1) if end < len(self.records) else None)
