"""The cost of a sync: AWS calls, items written, and the page worker's memory."""

import tracemalloc
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.adapters.aws.step_functions import StepFunctionsWorkflow
from bokabridge.adapters.dynamodb.changes import DynamoChanges
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.adapters.dynamodb.rosters import DynamoRosters
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.clock import utc_now
from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import CustomerWrite
from bokabridge.paging import Window
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.changes import PersonChange
from bokabridge.usersync.close import close_sync
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import Counters, SyncJob, Trigger
from bokabridge.usersync.link import Link
from bokabridge.usersync.link_fakes import InMemoryLinks
from bokabridge.usersync.log_fakes import InMemoryChanges
from bokabridge.usersync.page import PageWorker
from bokabridge.usersync.people import AxemaUser, Record, UserPage
from bokabridge.usersync.roster import RosterAddition
from bokabridge.usersync.roster_fakes import InMemoryRosters
from bokabridge.usersync.source_fakes import ListSource
from bokabridge.usersync.start import start_sync
from local.stack.stack import LocalStack
from tests.axema import settings_of
from tests.data import COMPANY_ID
from tests.e2e.counted import CountedAws
from tests.unit.usersync.world import LIFE, World, people

LEASE = timedelta(minutes=5)
PAGES = 50


@pytest.fixture
def aws(stack: LocalStack) -> CountedAws:
    return CountedAws(stack.deployment.aws_url)


class Sync:
    """Syncs on tables whose calls are counted."""

    def __init__(self, aws: CountedAws) -> None:
        self.jobs = DynamoJobs(aws.dynamodb, aws.user_sync_table)
        self.rosters = DynamoRosters(aws.dynamodb, aws.user_sync_table)
        self.changes = DynamoChanges(aws.dynamodb, aws.user_sync_table)
        self.settings = DynamoSettings(aws.dynamodb, aws.user_sync_table)
        self.settings.add(settings_of(COMPANY_ID))
        self.links = DynamoLinks(aws.dynamodb, aws.user_sync_table)
        self.issues = DynamoIssues(aws.dynamodb, aws.user_sync_table)
        self.customers = DynamoCustomers(aws.dynamodb, aws.customers_table, utc_now)
        self.workflow = StepFunctionsWorkflow(lambda: aws.states, aws.state_machine_arn)

    def start(self) -> SyncJob:
        return start_sync(
            COMPANY_ID, Trigger.Request, jobs=self.jobs, workflow=self.workflow, clock=utc_now, lease=LEASE
        )

    def run(self, job: SyncJob, records: list[Record]) -> Counters | None:
        source = ListSource(records)
        worker = PageWorker(
            self.jobs, self.rosters, self.changes, self.links, self.settings, source, self.customers, utc_now, LEASE
        )
        worker.run(COMPANY_ID, job.id, lambda: False, utc_now() + LIFE)
        close_sync(COMPANY_ID, job.id, None, jobs=self.jobs, clock=utc_now)
        stored = self.jobs.find(COMPANY_ID, job.id)
        return stored.counters if stored else None


def test_start_costs_one_transaction_and_one_execution(aws: CountedAws) -> None:
    sync = Sync(aws)
    aws.reset()
    job = sync.start()
    assert aws.calls == {"TransactWriteItems": 1, "StartExecution": 1}
    sync.run(job, people(3))
    aws.reset()
    sync.start()
    assert aws.calls == {"TransactWriteItems": 1, "StartExecution": 1}, "The second start costs more than the first."


def test_second_sync_of_5000_unchanged_people_writes_no_customer_and_no_link(aws: CountedAws) -> None:
    sync = Sync(aws)
    everyone = people(100 * PAGES)
    assert sync.run(sync.start(), everyone) == Counters(found=5000, created=5000)
    assert aws.items_written == {"CUSTOMER": 5000, "LINK": 5000}

    job = sync.start()
    aws.reset()
    assert sync.run(job, everyone) == Counters(found=5000, unchanged=5000)
    assert aws.items_written == {}
    assert aws.calls == {
        "UpdateItem": 2,  # the lock and the job when the worker begins
        "GetItem": 2,  # the settings, and the job for this test
        "BatchGetItem": 1,  # the roster
        "TransactWriteItems": PAGES + 1,  # each page's commit, and the close
    }


def test_sync_after_a_failed_one_reads_the_links_and_writes_no_unchanged_user(aws: CountedAws) -> None:
    sync = Sync(aws)
    sync.run(sync.start(), people(300))
    close_sync(COMPANY_ID, sync.start().id, Failure("The sync failed."), jobs=sync.jobs, clock=utc_now)
    job = sync.start()
    aws.reset()
    assert sync.run(job, people(300)) == Counters(found=300, unchanged=300)
    assert aws.items_written == {}
    assert aws.calls["BatchGetItem"] == 1 + 2 * 3, "The roster, and each page's links and customers once."


def test_sync_of_one_per_cent_changed_users_writes_one_per_cent(aws: CountedAws) -> None:
    sync = Sync(aws)
    sync.run(sync.start(), people(1000))
    job = sync.start()
    aws.reset()
    assert sync.run(job, [*people(10, email="example.org"), *people(1000)[10:]]) == Counters(
        found=1000, updated=10, unchanged=990
    )
    assert aws.items_written == {"LINK": 10}
    assert aws.calls == {
        "GetItem": 2,  # the settings, and the job for this test
        "UpdateItem": 2 + 10,  # the lock and the job when the worker begins, and the customers
        "BatchGetItem": 1 + 2,  # the roster, and the first page's changed people: links, customers
        "TransactWriteItems": 1 + 10 + 1,  # the mark and the changes, each page's commit, and the close
        "BatchWriteItem": 1,  # the links
    }


def test_remarks_and_skipped_records_cost_no_request(aws: CountedAws) -> None:
    sync = Sync(aws)
    odd = [AxemaUser(f"odd-{at}", "Ek, Bo" if at % 2 else "", "no address") for at in range(50)]
    sync.run(sync.start(), [*people(50), *odd])
    job = sync.start()
    aws.reset()
    assert sync.run(job, [*people(50), *odd]) == Counters(found=100, unchanged=75, skipped=25)
    assert (aws.items_written, aws.calls["TransactWriteItems"]) == ({}, 2), "The commit, and the close."
    assert len(sync.issues.list(COMPANY_ID, job.id, Window(0, 100))) == 50


class GeneratedSource:
    """A paged source that has only the requested page in memory."""

    def __init__(self, users: int) -> None:
        self.pages = users // 100

    def connect(self, _settings: AxemaSettings, _seconds: float | None = None) -> "GeneratedSource":
        return self

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        page = int(cursor or 0)
        users = [
            AxemaUser(f"user-{page}-{at}", f"Efternamn{at}, Förnamn", f"u{page}.{at}@example.com") for at in range(100)
        ]
        return UserPage([*users], str(page + 1) if page + 1 < self.pages else None)


class ForgetfulLinks(InMemoryLinks):
    """Stores no link, so that a test measures only the worker's own memory."""

    def existing(self, _company_id: str, _source_user_ids: Collection[str]) -> Mapping[str, Link]:
        return {}

    def save(self, _company_id: str, links: Iterable[Link]) -> None:
        self.saved += len(list(links))


class ForgetfulCustomers(InMemoryCustomers):
    """Stores no customer."""

    def apply(self, _company_id: str, writes: Iterable[CustomerWrite]) -> None:
        self.written += len(list(writes))


class ForgetfulRosters(InMemoryRosters):
    """Stores no roster, of which a worker keeps one in memory."""

    def store(self, job: SyncJob, addition: RosterAddition) -> None:
        pass


class ForgetfulChanges(InMemoryChanges):
    """Stores no changes."""

    def store(self, job: SyncJob, page_index: int, changes: Sequence[PersonChange] | None) -> None:
        pass


def peak_memory(users: int) -> int:
    world = World([])
    customers, links = ForgetfulCustomers(world.clock), ForgetfulLinks()
    world.jobs.rosters, world.jobs.changes = ForgetfulRosters(), ForgetfulChanges()
    worker = replace(world.worker(), sources=GeneratedSource(users), customers=customers, links=links)
    job = world.start()
    tracemalloc.start()
    worker.run(COMPANY_ID, job.id, lambda: False, world.now + LIFE)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (customers.written, links.saved) == (users, users)
    return peak


def test_page_workers_memory_grows_by_the_roster_only() -> None:
    peak_memory(1000)  # libraries allocate their permanent memory now
    growth = peak_memory(10_000) - peak_memory(1000)
    assert growth / 9000 < 24, "The worker keeps more than its roster. A person in memory takes hundreds of bytes."
