"""The behaviour of every ChangeLog, and of a JobStore's commits that add to it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.changes import DynamoChanges
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import LeaseLost
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.usersync.changes import VISIBLE, ChangeKind, FieldChange, LoggedChange, PersonChange
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import Counters, SyncJob, Trigger, Work, new_job
from bokabridge.usersync.ports import ChangeLog, JobStore
from bokabridge.usersync.roster import RosterAddition, RosterPage
from tests.axema import settings_of
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
WORK = Work(NOON, NOON + LEASE, NOON + timedelta(minutes=2))
FENCE = 1

CREATED = PersonChange(ChangeKind.Create, "u1", "c1", "Åsa Öberg")
UPDATED = PersonChange(
    *(ChangeKind.Update, "u2", "c2", 'Bo "Bosse" Ek'),
    (FieldChange("email", None, "bo@example.com"), FieldChange("phone", "+46701740605", None)),
)
HIDDEN = PersonChange(ChangeKind.Deactivate, "u3", "c3", "🙂", (FieldChange(VISIBLE, "true", "false"),))


def many(count: int, name: str = "🙂" * 200) -> list[PersonChange]:
    """Changes of the greatest length, each with another name."""
    fields = tuple(FieldChange(field, f"{name}{field}", f"{field}{name}") for field in ("first_name", "last_name"))
    return [PersonChange(ChangeKind.Update, f"u{at}", f"c{at}", f"{at}{name}", fields) for at in range(count)]


@dataclass
class Stores:
    jobs: JobStore
    changes: ChangeLog

    def begun(self, company_id: str = COMPANY_ID) -> SyncJob:
        job = new_job(company_id, Trigger.Request, NOON, NOON + LEASE)
        self.jobs.start(job)
        return self.jobs.begin(company_id, job.id, WORK, None).job

    def commit(self, job: SyncJob, changes: Sequence[PersonChange] = (), fence: int = FENCE) -> SyncJob:
        """The job after its next page, with these changes."""
        after = job.advanced(Counters(found=1), "next", NOON, NOON + LEASE)
        self.jobs.commit(after, fence, RosterAddition(RosterPage(b"")), changes=changes)
        return after

    def logged(self, job: SyncJob) -> list[tuple[int, PersonChange]]:
        return [(each.page_index, each.change) for each in self.changes.of_job(job.company_id, job.id)]


@pytest.fixture(params=["in memory", "on DynamoDB"])
def stores(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Stores:
    settings = InMemorySettings() if request.param == "in memory" else DynamoSettings(dynamodb, USER_SYNC_TABLE)
    for company_id in (COMPANY_ID, OTHER_COMPANY_ID):
        settings.add(settings_of(company_id))
    if isinstance(settings, InMemorySettings):
        jobs = InMemoryJobs(settings)
        return Stores(jobs, jobs.changes)
    return Stores(DynamoJobs(dynamodb, USER_SYNC_TABLE), DynamoChanges(dynamodb, USER_SYNC_TABLE))


def test_changes_are_logged_in_the_order_of_their_pages(stores: Stores) -> None:
    job = stores.begun()
    assert stores.logged(job) == []
    for changes in ([UPDATED, CREATED], [], [HIDDEN]):
        job = stores.commit(job, changes)
    assert stores.logged(job) == [(0, UPDATED), (0, CREATED), (2, HIDDEN)]
    assert next(iter(stores.changes.of_job(COMPANY_ID, job.id))) == LoggedChange(0, UPDATED)


def test_changes_belong_to_one_job_of_one_company(stores: Stores) -> None:
    job, elsewhere = stores.begun(), stores.begun(OTHER_COMPANY_ID)
    stores.commit(job, [CREATED])
    stores.commit(elsewhere, [UPDATED])
    assert (stores.logged(job), stores.logged(elsewhere)) == ([(0, CREATED)], [(0, UPDATED)])
    assert list(stores.changes.of_job(OTHER_COMPANY_ID, job.id)) == []


@pytest.mark.parametrize("count", [1, 400])
def test_refused_commit_logs_nothing(stores: Stores, count: int) -> None:
    job = stores.begun()
    with pytest.raises(LeaseLost):
        stores.commit(job, many(count), fence=2)
    assert stores.logged(job) == []


@pytest.mark.parametrize("is_marked", [False, True])
@pytest.mark.parametrize("count", [0, 1, 400])
def test_saved_changes_are_there_before_the_commit_and_stay_after_it(
    stores: Stores, count: int, *, is_marked: bool
) -> None:
    job = stores.commit(stores.begun(), [CREATED])
    stores.jobs.begin_writes(job, WORK, many(count), is_marked=is_marked)
    assert stores.changes.of_page(job, job.page_index) == many(count)
    after = stores.commit(job)
    assert stores.logged(after) == [(0, CREATED), *((1, change) for change in many(count))]
    assert stores.changes.of_page(after, after.page_index) == []


@pytest.mark.parametrize(("first", "second"), [(400, 0), (400, 1), (1, 400), (0, 1)])
def test_second_run_of_a_page_replaces_the_saved_changes(stores: Stores, first: int, second: int) -> None:
    job = stores.begun()
    stores.jobs.begin_writes(job, WORK, many(first, "first" * 100))
    stores.jobs.begin_writes(job, WORK, many(second, "second" * 100))
    assert stores.changes.of_page(job, job.page_index) == many(second, "second" * 100)


@pytest.mark.parametrize("count", [0, 1, 400])
def test_worker_without_its_mark_stores_no_changes(stores: Stores, count: int) -> None:
    job = stores.begun()
    stores.jobs.begin_writes(job, WORK, [UPDATED])
    with pytest.raises(LeaseLost):
        stores.jobs.begin_writes(job, replace(WORK, working_until=NOON), many(count))
    assert stores.changes.of_page(job, job.page_index) == [UPDATED]


def test_longest_page_of_the_longest_changes_is_kept(stores: Stores) -> None:
    job = stores.commit(stores.begun(), many(2000))
    assert [change for _, change in stores.logged(job)] == many(2000)
