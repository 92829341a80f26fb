"""`make bench`: people per second of a user sync, and its ratio to what it is compared with (peers.py) in the same run.

The sync is the complete page worker, with links, plan, roster, batches and a commit for every page. The machine's speed
changes from minute to minute, so a ratio is the median of the ratios of runs that followed each other. Their order
changes, too. Above 1,000 people there are a third of the runs.
"""

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

from rich.console import Console
from rich.table import Table

from benchmarks.bench import Bench, Connect
from benchmarks.peers import Peer, dlt, one_by_one, rewrite
from bokabridge.adapters.dynamodb.changes import DynamoChanges
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.adapters.dynamodb.rosters import DynamoRosters
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.clock import utc_now
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.close import close_sync
from bokabridge.usersync.fakes import RecordedWorkflow
from bokabridge.usersync.job import Trigger
from bokabridge.usersync.page import PageWorker
from bokabridge.usersync.source_ports import SourceFactory
from bokabridge.usersync.start import start_sync
from local.axema.simulator import AxemaSimulator
from local.stack.emulator import emulator
from local.stack.processes import free_port

SIZES = (1_000, 10_000)
LEASE = timedelta(minutes=5)
SYNCS = {"initial": 0, "unchanged": 0, "1 % changed": 1}
"""The syncs of a repetition, one after the other, and the percentage of people who change before each."""

REPETITIONS = 21
PEERS: dict[str, tuple[Peer, int, int]] = {
    "one by one": (one_by_one, 3, 10_000),
    "rewrite": (rewrite, REPETITIONS, 1_000_000),
    "dlt": (dlt, 5, 1_000_000),
}
"""The peers, the number of runs of each at up to 1,000 people, and the largest size at which it is measured."""


def runs_at(people: int, runs: int) -> int:
    """The number of runs at a size."""
    return runs if people <= 1_000 else runs // 3


def sync(bench: Bench, company_id: str, sources: SourceFactory) -> Callable[[], None]:
    """A sync by the page worker, on new tables."""
    dynamodb = bench.dynamodb()
    table = bench.new_table("UserSyncTable")
    jobs, settings = DynamoJobs(dynamodb, table), DynamoSettings(dynamodb, table)
    settings.add(AxemaSettings(company_id, VakaOnline("device", "client"), utc_now(), utc_now()))
    worker = PageWorker(
        jobs=jobs,
        rosters=DynamoRosters(dynamodb, table),
        changes=DynamoChanges(dynamodb, table),
        links=DynamoLinks(dynamodb, table),
        settings=settings,
        sources=sources,
        customers=DynamoCustomers(dynamodb, bench.new_table(), utc_now),
        clock=utc_now,
        lease=LEASE,
    )

    def run() -> None:
        workflow = RecordedWorkflow()
        job = start_sync(company_id, Trigger.Request, jobs=jobs, workflow=workflow, clock=utc_now, lease=LEASE)
        worker.run(company_id, job.id, lambda: False, utc_now() + LEASE)
        close_sync(company_id, job.id, None, jobs=jobs, clock=utc_now)

    return run


def ours(bench: Bench, company_id: str, _scratch: Path) -> Callable[[], float | None]:
    """The sync, as one of its peers."""
    return sync(bench, company_id, Connect(bench, company_id))


def seconds(run: Callable[[], float | None]) -> float:
    """Measure one run, in seconds."""
    begun = time.perf_counter()
    by_itself = run()
    return by_itself if by_itself is not None else time.perf_counter() - begun


def measure(bench: Bench, people: int, scratch: Path, table: Table) -> None:
    """Add the rows of one size to the table."""
    company_id = str(uuid4())
    times: dict[tuple[str, str], list[float]] = {}
    for repetition in range(runs_at(people, REPETITIONS)):
        bench.steer(company_id, users=people, changed=0)
        bench.source(company_id).fetch(None, 1)  # the simulator creates its people on the first request
        peers = {
            name: peer
            for name, (peer, runs, largest) in PEERS.items()
            if repetition < runs_at(people, runs) and people <= largest
        }
        names = ["sync", *peers]
        measured = {
            name: make(bench, company_id, scratch / f"{name} {people} {repetition}")
            for name, make in {"sync": ours, **peers}.items()
        }
        for turn, (title, changed) in enumerate(SYNCS.items(), start=repetition):
            bench.steer(company_id, changed=people * changed // 100)
            bench.source(company_id).fetch(None, 1)
            for name in names[turn % len(names) :] + names[: turn % len(names)]:
                times.setdefault((title, name), []).append(seconds(measured[name]))
    for title in SYNCS:
        own = times[title, "sync"]
        pairs = [zip(times.get((title, name), []), own, strict=False) for name in PEERS]
        ratios = [[peer / sync for peer, sync in of_peer] for of_peer in pairs]
        shown = [f"{statistics.median(each):.2f} x" if each else "" for each in ratios]
        table.add_row(f"{people:,}", title, f"{people / statistics.median(own):,.0f}", *shown)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    table = Table("People", "Sync", "people/s", *(f"times {name}" for name in PEERS), title="User sync")
    with (
        TemporaryDirectory(prefix="bokabridge-bench-") as scratch,
        emulator(free_port(), Path(scratch)) as aws_url,
        AxemaSimulator({}) as axema,
    ):
        for people in parser.parse_args().sizes:
            measure(Bench(aws_url, axema.url), people, Path(scratch), table)
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
