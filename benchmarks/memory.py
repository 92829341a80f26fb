"""`make bench`: the memory that a sync's page worker has in use at each page of a list, and how it grows with the list.

It must hardly grow: a function has 512 MB. What grows is the roster, with 17 bytes for each user (see Roster).
"""

import gc
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from uuid import uuid4

from benchmarks.bench import Bench, Connect
from benchmarks.usersync import sync
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.people import UserPage
from bokabridge.usersync.source_ports import AxemaSource
from local.axema.simulator import AxemaSimulator
from local.stack.emulator import emulator
from local.stack.processes import free_port

PEOPLE = 20_000
PAGE_SIZE = 100


class Watched(Connect):
    """A SourceFactory and an AxemaSource that note the memory in use, in bytes, before each page."""

    def __init__(self, bench: Bench, company_id: str) -> None:
        super().__init__(bench, company_id)
        self.bytes_in_use: list[int] = []
        self._source: AxemaSource = bench.source(company_id)

    def connect(self, settings: AxemaSettings, _seconds: float | None = None) -> AxemaSource:
        """Connect to the company. The settings are ignored."""
        self._source = super().connect(settings)
        return self

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        """See AxemaSource."""
        gc.collect()
        self.bytes_in_use.append(tracemalloc.get_traced_memory()[0])
        return self._source.fetch(cursor, page_number)


@contextmanager
def traced() -> Iterator[None]:
    """Trace the memory that is allocated from now on."""
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def report(title: str, bytes_in_use: list[int]) -> None:
    """Print the memory of the second tenth of the pages (the first one fills caches), of the last, and the growth."""
    tenth = len(bytes_in_use) // 10
    early, late = mean(bytes_in_use[tenth : 2 * tenth]), mean(bytes_in_use[-tenth:])
    people_between = (len(bytes_in_use) - 2 * tenth) * PAGE_SIZE
    growth = (late - early) / people_between
    print(f"{title}: {early / 1e6:.1f} MB, at the end {late / 1e6:.1f} MB, {growth:.0f} bytes more for each person")


def main() -> None:
    """Print the figures of an initial sync, and of one of the same people."""
    with (
        TemporaryDirectory(prefix="bokabridge-bench-") as scratch,
        emulator(free_port(), Path(scratch)) as aws_url,
        AxemaSimulator({}) as axema,
    ):
        bench, company_id = Bench(aws_url, axema.url), str(uuid4())
        bench.steer(company_id, users=PEOPLE, changed=0, pageSize=PAGE_SIZE)
        watched = Watched(bench, company_id)
        run = sync(bench, company_id, watched)
        print(f"Memory of the page worker, {PEOPLE:,} people in pages of {PAGE_SIZE}")
        for title in ("initial", "unchanged"):
            watched.bytes_in_use.clear()
            with traced():
                run()
            report(f"  {title}", watched.bytes_in_use)


if __name__ == "__main__":
    main()
