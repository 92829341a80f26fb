"""The behaviour of every RosterStore, and of a JobStore's commits that add to it."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.rosters import DynamoRosters
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.customers.person import Person
from bokabridge.errors import LeaseLost, WorkerBusy
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import Counters, SyncJob, Trigger, Work, new_job
from bokabridge.usersync.normalised import Candidate
from bokabridge.usersync.ports import JobStore, RosterStore
from bokabridge.usersync.roster import RosterAddition, RosterHead, RosterPage
from tests.axema import settings_of
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
WORK = Work(NOON, NOON + LEASE, NOON + timedelta(minutes=2))
SYSTEM = settings_of(COMPANY_ID).connection.system
PAGE = RosterPage(bytes(range(32)), b"moved...", b"cursor..")
HEAD = RosterHead(slot=1, fence=1, system=SYSTEM, removals=0, pages=1, missing_parts=2)


@dataclass
class Stores:
    jobs: JobStore
    rosters: RosterStore

    def begun(self, at: datetime = NOON) -> SyncJob:
        job = new_job(COMPANY_ID, Trigger.Request, at, at + LEASE)
        self.jobs.start(job)
        return self.begin(job)

    def begin(self, job: SyncJob, work: Work = WORK) -> SyncJob:
        return self.jobs.begin(COMPANY_ID, job.id, work, SYSTEM).job

    def head(self, job: SyncJob) -> RosterHead | None:
        """The company's roster, as the job's next worker learns of it."""
        self.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
        return self.jobs.begin(COMPANY_ID, job.id, WORK, SYSTEM).head


@pytest.fixture(params=["in memory", "on DynamoDB"])
def stores(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Stores:
    if request.param == "in memory":
        settings = InMemorySettings()
        settings.add(settings_of(COMPANY_ID))
        jobs = InMemoryJobs(settings)
        return Stores(jobs, jobs.rosters)
    DynamoSettings(dynamodb, USER_SYNC_TABLE).add(settings_of(COMPANY_ID))
    return Stores(DynamoJobs(dynamodb, USER_SYNC_TABLE), DynamoRosters(dynamodb, USER_SYNC_TABLE))


def advanced(job: SyncJob, cursor: str | None = None) -> SyncJob:
    return job.advanced(Counters(found=2, created=2), cursor, NOON, NOON + LEASE)


def test_commit_stores_the_page_and_with_the_last_one_the_head(stores: Stores) -> None:
    job = stores.begun()
    first = advanced(job, "cursor")
    stores.jobs.commit(first, 1, RosterAddition(PAGE, 1))
    assert (stores.head(job), stores.jobs.roster_head(COMPANY_ID)) == (None, None)
    last = RosterPage(b"")
    stores.jobs.commit(advanced(first), 1, RosterAddition(last, 1, HEAD))
    assert (stores.head(job), stores.jobs.roster_head(COMPANY_ID)) == (HEAD, HEAD)
    assert stores.jobs.roster_head(OTHER_COMPANY_ID) is None
    assert set(stores.rosters.pages(COMPANY_ID, 1, 2)) == {PAGE, last}
    assert list(stores.rosters.pages(COMPANY_ID, 1, 1)) == [PAGE]
    assert list(stores.rosters.pages(COMPANY_ID, 1, 0)) == []


def test_head_keeps_what_jobs_for_one_person_wrote(stores: Stores) -> None:
    one, two, three = (bytes([number]) * 8 for number in range(3))
    head = HEAD.after_writes(2, {one, two}, {three})
    assert head == replace(HEAD, fence=2, written=frozenset({one, two}), moved=frozenset({three}))
    job = stores.begun()
    stores.jobs.commit(advanced(job), 1, RosterAddition(RosterPage(b""), 1, head))
    assert (stores.head(job), stores.jobs.roster_head(COMPANY_ID)) == (head, head)


def test_refused_commit_stores_neither_page_nor_head(stores: Stores) -> None:
    job = stores.begun()
    stores.jobs.commit(advanced(job, "cursor"), 1, RosterAddition(PAGE, 1))
    other = RosterAddition(RosterPage(b"another page...."), 1, HEAD)
    with pytest.raises(WorkerBusy):
        stores.jobs.commit(advanced(job), 1, other)
    with pytest.raises(LeaseLost):
        stores.jobs.commit(advanced(advanced(job)), 2, other)
    assert stores.head(job) is None
    assert list(stores.rosters.pages(COMPANY_ID, 1, 1)) == [PAGE]


@pytest.mark.parametrize("end", ["finished", "finished while a worker may write", "abandoned"])
def test_next_job_finds_the_roster_however_the_last_one_ended(stores: Stores, end: str) -> None:
    job = stores.begun()
    stores.jobs.commit(advanced(job), 1, RosterAddition(PAGE, 1, HEAD))
    later = NOON + LEASE + timedelta(minutes=1)
    if "while" in end:
        stores.begin(job)
    if "finished" in end:
        stores.jobs.finish(COMPANY_ID, job.id, None, NOON)
    following = new_job(COMPANY_ID, Trigger.Request, later, later + LEASE)
    stores.jobs.start(following)
    work = Work(later, later + LEASE, later + timedelta(minutes=2))
    assert stores.jobs.begin(COMPANY_ID, following.id, work, SYSTEM).head == HEAD


def test_missing_users_are_stored_in_parts(stores: Stores) -> None:
    parts = [bytes([part]) * 16 for part in range(30)]
    assert stores.rosters.save_missing(COMPANY_ID, 0, parts) == 30
    assert sorted(stores.rosters.missing(COMPANY_ID, 0, 30)) == parts
    assert stores.rosters.save_missing(COMPANY_ID, 1, []) == 0
    assert list(stores.rosters.missing(COMPANY_ID, 1, 0)) == []


def test_undecided_people_of_committed_pages_are_kept_for_their_job(stores: Stores) -> None:
    job = stores.begun()
    one = Candidate("u1", Person("Åsa", "Öberg", "asa@example.com", None, frozenset({"phone"})), b"digest-1")
    two = Candidate("u2", Person("Bo", "", None, "+46701740605"), b"digest-2")
    stores.rosters.save_undecided(job, [two])
    stores.rosters.save_undecided(job, [one])  # the page is run again
    stores.rosters.save_undecided(replace(job, pages_committed=1), [two])
    assert stores.rosters.undecided(job) == []
    assert stores.rosters.undecided(replace(job, pages_committed=1)) == [one]
    assert stores.rosters.undecided(replace(job, pages_committed=2)) == [one, two]
    assert stores.rosters.undecided(replace(job, id="another", pages_committed=2)) == []


def test_worker_that_dies_while_it_writes_taints_the_job(stores: Stores) -> None:
    job = stores.begun()
    assert not job.is_tainted
    stores.jobs.begin_writes(job, WORK)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=False)
    second = replace(WORK, now=NOON, working_until=NOON + timedelta(minutes=3))
    tainted = stores.begin(job, second)
    assert tainted.is_tainted
    stores.jobs.commit(advanced(tainted, "cursor"), 1, RosterAddition(PAGE))
    stores.jobs.begin_writes(job, second)
    stores.jobs.end_work(COMPANY_ID, second, is_clean=True)
    assert stores.begin(job, replace(second, working_until=NOON + timedelta(minutes=4))).is_tainted


def test_next_job_is_not_tainted_and_a_clean_end_taints_nothing(stores: Stores) -> None:
    job = stores.begun()
    stores.jobs.begin_writes(job, WORK)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    second = replace(WORK, working_until=NOON + timedelta(minutes=3))
    assert not stores.begin(job, second).is_tainted
    stores.jobs.begin_writes(job, second)
    stores.jobs.end_work(COMPANY_ID, second, is_clean=False)
    stores.jobs.finish(COMPANY_ID, job.id, Failure("Stopped."), NOON)
    assert not stores.begun().is_tainted


def test_worker_without_its_mark_cannot_begin_to_write(stores: Stores) -> None:
    job = stores.begun()
    with pytest.raises(LeaseLost):
        stores.jobs.begin_writes(job, replace(WORK, working_until=NOON))


def test_removals_are_counted_until_the_job_first_begins(stores: Stores) -> None:
    stores.jobs.note_removal(COMPANY_ID, 1)
    stores.jobs.note_removal(COMPANY_ID, 1)
    job = stores.begun()
    assert job.removals == 2
    stores.jobs.note_removal(COMPANY_ID, 1)
    stores.jobs.end_work(COMPANY_ID, WORK, is_clean=True)
    assert stores.begin(job, replace(WORK, working_until=NOON + timedelta(minutes=3))).removals == 2
    stores.jobs.end_work(COMPANY_ID, replace(WORK, working_until=NOON + timedelta(minutes=3)), is_clean=True)
    stores.jobs.finish(COMPANY_ID, job.id, None, NOON)
    assert stores.begun(NOON + timedelta(minutes=1)).removals == 3
