"""The page worker, including crashes and takeovers."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from itertools import islice

import pytest

from bokabridge.customers.search import read_search
from bokabridge.errors import FatalError, LeaseLost, RetriableError
from bokabridge.paging import Window
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.job import Counters, JobStatus, SyncJob
from bokabridge.usersync.link import Link
from bokabridge.usersync.link_fakes import InMemoryLinks
from bokabridge.usersync.people import AxemaUser, BrokenRecord, UserPage
from tests.data import COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.world import LIFE, CrashingJobs, World, people


def number_of_customers(world: World, matching: str = "") -> int:
    return world.customers.search(COMPANY_ID, read_search(matching), Window(0, 0)).total


def test_every_user_becomes_one_customer() -> None:
    world = World(people(250))
    assert world.sync() == Counters(found=250, created=250)
    assert number_of_customers(world) == 250


def test_second_sync_writes_no_unchanged_customer_or_link() -> None:
    world = World(people(250))
    world.sync()
    world.customers.written = world.links.saved = 0
    assert world.sync() == Counters(found=250, unchanged=250)
    assert (world.customers.written, world.links.saved) == (0, 0)


def test_only_changed_users_are_written() -> None:
    world = World(people(200))
    world.sync()
    world.source.records = [*people(2, email="example.org"), *people(200)[2:]]
    world.customers.written = 0
    assert world.sync() == Counters(found=200, updated=2, unchanged=198)
    assert world.customers.written == 2


def test_next_call_continues_after_the_last_committed_page() -> None:
    world = World(people(250))
    job = world.start()
    assert world.run(job, lambda: True) is False
    assert world.counters(job).found == 100
    assert world.run(job, lambda: True) is False
    assert world.run(job, lambda: True) is True
    assert world.source.fetched == [1, 2, 3]
    assert world.counters(job) == Counters(found=250, created=250)


def test_running_a_drained_job_again_reads_and_counts_nothing() -> None:
    world = World(people(50))
    job = world.start()
    assert world.run(job)
    assert world.run(job)
    assert world.source.fetched == [1]
    assert world.counters(job) == Counters(found=50, created=50)


class CrashingLinks(InMemoryLinks):
    """Stores `crash_after` links of a page, then the process crashes. None stores all links, without a crash."""

    def __init__(self, crash_after: int | None) -> None:
        super().__init__()
        self.crash_after = crash_after

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        super().save(company_id, islice(links, self.crash_after))
        if self.crash_after is not None:
            raise Crash


@pytest.mark.parametrize("written_links", [0, 1, 60])
def test_crash_between_writing_and_committing_counts_no_user_twice(written_links: int) -> None:
    world = World(people(150))
    world.links = links = CrashingLinks(written_links)
    job = world.start()
    with pytest.raises(Crash):
        world.run(job)

    links.crash_after = None
    assert world.run(job)
    assert world.counters(job) == Counters(found=150, created=150)
    assert number_of_customers(world) == 150


def test_customers_of_a_first_sync_that_died_are_counted_once() -> None:
    """The dead worker's customers have no links, so that the next first sync creates them again."""
    world = World(people(50))
    world.links = links = CrashingLinks(0)
    job = world.start()
    with pytest.raises(Crash):
        world.run(job)
    world.close(job, "The sync failed.")
    links.crash_after = None
    assert world.sync() == Counters(found=50, created=50)
    headcount = world.jobs.headcount(COMPANY_ID)
    assert headcount is not None
    assert headcount.customers == world.customers.count(COMPANY_ID) == 50


@pytest.mark.parametrize("by", ["the same job", "the next job"])
def test_writes_of_a_crashed_run_are_corrected_when_axema_has_changed_back(by: str) -> None:
    world = World(people(50))
    world.jobs = jobs = CrashingJobs(world.settings)
    world.sync()
    world.source.records = people(50, email="example.org")
    jobs.crash_next = True
    job = world.start()
    with pytest.raises(Crash):
        world.run(job)
    world.source.records = people(50)
    if by == "the next job":
        world.close(job, "The sync failed.")
        job = world.start()
    assert world.run(job)
    assert world.counters(job) == Counters(found=50, updated=50)
    assert number_of_customers(world, "example.org") == 0


def test_users_who_change_and_move_to_another_page_are_written() -> None:
    """The roster of the previous sync counts, on whatever page a user was."""
    everyone = people(250)
    world = World(everyone)
    world.sync()
    world.source.records = [*everyone[:100], *people(250, email="example.org")[200:]]  # the last 50 move to page 2
    assert world.sync(is_forced=True) == Counters(found=150, updated=50, unchanged=100)
    world.source.records = everyone
    assert world.sync() == Counters(found=250, updated=50, unchanged=200)
    assert number_of_customers(world, "example.org") == 0


def test_broken_records_are_skipped_and_reported() -> None:
    world = World([*people(50), BrokenRecord(None, "no id"), AxemaUser("user-x", "")])
    job = world.start()
    assert world.run(job)
    assert world.counters(job) == Counters(found=52, created=50, skipped=2)
    assert {issue.key for issue in world.issues.list(COMPANY_ID, job.id, Window(0, 10))} == {
        "page 1, record 51",
        "user-x",
    }


def test_empty_source_after_an_earlier_sync_fails_the_sync() -> None:
    world = World(people(5))
    world.sync()
    world.source.records = []
    with pytest.raises(FatalError, match="no users at all"):
        world.run(world.start())


def test_empty_source_before_any_sync_succeeds() -> None:
    assert World([]).sync() == Counters()


def test_sync_that_skips_more_than_two_fifths_of_500_users_stops_after_committing_them() -> None:
    world = World([BrokenRecord(f"user-{at}", "broken") if at % 2 else people(600)[at] for at in range(600)])
    job = world.start()
    with pytest.raises(FatalError, match=re.escape("250 of the first 500 users could not be read")):
        world.run(job)
    assert world.counters(job) == Counters(found=500, created=250, skipped=250)


def test_sync_of_few_users_may_skip_half_of_them() -> None:
    assert World([BrokenRecord("user-1", "broken"), *people(1)]).sync() == Counters(found=2, created=1, skipped=1)


def test_source_whose_cursor_does_not_advance_stops_the_sync() -> None:
    world = World(people(250))
    job = world.start()
    world.run(job, lambda: True)
    fetch = world.source.fetch

    class Loop:
        def connect(self, _settings: AxemaSettings, _seconds: float | None = None) -> "Loop":
            return self

        def fetch(self, cursor: str | None, page_number: int) -> UserPage:
            return replace(fetch(cursor, page_number), next_cursor=cursor)

    with pytest.raises(FatalError, match="points back to itself"):
        replace(world.worker(), sources=Loop()).run(COMPANY_ID, job.id, lambda: False, world.now + LIFE)


def test_job_that_lost_its_lease_stores_no_progress_and_the_new_job_finishes() -> None:
    world = World(people(250))
    old = world.start()
    taken_over: list[SyncJob] = []

    def pause_after_page_one(page_number: int) -> None:
        if page_number == 2 and not taken_over:
            world.pass_time(timedelta(minutes=6))
            taken_over.append(world.start())

    world.source.before_page = pause_after_page_one
    with pytest.raises(LeaseLost):
        world.run(old)
    assert world.job(old).status is JobStatus.Failed
    assert world.counters(old).found == 100
    new = taken_over[0]
    assert world.run(new)
    assert world.close(new)
    counters = world.counters(new)
    assert counters.found == 250
    assert counters.found == counters.created + counters.updated + counters.unchanged + counters.skipped


def test_unreachable_source_leaves_the_job_at_its_last_committed_page() -> None:
    world = World(people(250))

    def fail_on_two(page_number: int) -> None:
        if page_number == 2:
            raise RetriableError("Axema is unavailable.")

    world.source.before_page = fail_on_two
    job = world.start()
    with pytest.raises(RetriableError):
        world.run(job)
    assert world.job(job).status is JobStatus.Processing
    world.source.before_page = lambda _: None
    assert world.run(job)
    assert world.counters(job) == Counters(found=250, created=250)


def test_removing_the_settings_during_a_run_fails_it_with_a_message() -> None:
    world = World(people(5))
    job = world.start()
    worker = replace(world.worker(), settings=InMemorySettings())
    with pytest.raises(FatalError, match="settings were removed"):
        worker.run(COMPANY_ID, job.id, lambda: False, world.now + LIFE)
