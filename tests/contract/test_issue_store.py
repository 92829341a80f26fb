"""The behaviour of every IssueStore, and of a JobStore's commits that add to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import LeaseLost
from bokabridge.paging import Window
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.usersync.fakes import InMemoryJobs
from bokabridge.usersync.job import Counters, SyncJob, Trigger, Work, new_job
from bokabridge.usersync.people import Issue
from bokabridge.usersync.ports import IssueStore, JobStore
from bokabridge.usersync.roster import RosterAddition, RosterPage
from tests.axema import settings_of
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LEASE = timedelta(minutes=5)
WORK = Work(NOON, NOON + LEASE, NOON + timedelta(minutes=2))
COMPANIES = (COMPANY_ID, OTHER_COMPANY_ID)
ALL = Window(0, 10_000)
FENCE = 1

A = Issue("a", "why a", skipped=False)
B = Issue("b", "why b", skipped=True)


def many(count: int, reason: str = "why") -> list[Issue]:
    """Issues with keys of the greatest length, in the order of the keys."""
    return [Issue(f"{at:04}{'🙂' * 196}", reason, skipped=bool(at % 2)) for at in range(count)]


@dataclass
class Stores:
    jobs: JobStore
    issues: IssueStore

    def begun(self, company_id: str = COMPANY_ID) -> SyncJob:
        job = new_job(company_id, Trigger.Request, NOON, NOON + LEASE)
        self.jobs.start(job)
        return self.jobs.begin(company_id, job.id, WORK, None).job

    def commit(self, job: SyncJob, issues: Sequence[Issue], fence: int = FENCE, *, is_last: bool = False) -> SyncJob:
        """The job after its next page, with these issues."""
        after = job.advanced(Counters(found=1), None if is_last else "next", NOON, NOON + LEASE)
        self.jobs.commit(after, fence, RosterAddition(RosterPage(b"")), issues)
        return after

    def listed(self, job: SyncJob, window: Window = ALL) -> list[Issue]:
        return self.issues.list(job.company_id, job.id, window)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def stores(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Stores:
    settings = InMemorySettings() if request.param == "in memory" else DynamoSettings(dynamodb, USER_SYNC_TABLE)
    for company_id in COMPANIES:
        settings.add(settings_of(company_id))
    if isinstance(settings, InMemorySettings):
        jobs = InMemoryJobs(settings)
        return Stores(jobs, jobs.issues)
    return Stores(DynamoJobs(dynamodb, USER_SYNC_TABLE), DynamoIssues(dynamodb, USER_SYNC_TABLE))


def test_issues_of_a_job_are_listed_by_key(stores: Stores) -> None:
    job = stores.begun()
    assert stores.listed(job) == []
    stores.commit(job, [B, A])
    assert stores.listed(job) == [A, B]
    assert stores.listed(job, Window(1, 5)) == [B]
    assert stores.listed(job, Window(0, 1)) == [A]


def test_issues_of_several_pages_are_listed_by_key(stores: Stores) -> None:
    job = stores.begun()
    for issues in ([B], [], [A]):
        job = stores.commit(job, issues)
    assert stores.listed(job) == [A, B]


def test_keys_are_ordered_by_their_characters_codes(stores: Stores) -> None:
    keys = ["10", "9", "A", "a", "Å", "å", "\uffee", "🙂"]
    job = stores.begun()
    stores.commit(job, [Issue(key, "why", skipped=True) for key in reversed(keys)])
    assert [issue.key for issue in stores.listed(job)] == keys


def test_issues_belong_to_one_job_of_one_company(stores: Stores) -> None:
    first, elsewhere = stores.begun(), stores.begun(OTHER_COMPANY_ID)
    stores.commit(first, [A], is_last=True)
    stores.commit(elsewhere, [B])
    stores.jobs.finish(COMPANY_ID, first.id, None, NOON)
    second = stores.begun()
    stores.commit(second, [B], fence=2)
    assert (stores.listed(first), stores.listed(second), stores.listed(elsewhere)) == ([A], [B], [B])
    assert stores.issues.list(OTHER_COMPANY_ID, first.id, ALL) == []


def test_issue_of_a_later_page_replaces_the_one_with_the_same_key(stores: Stores) -> None:
    later = Issue("b", "another reason", skipped=False)
    job = stores.commit(stores.begun(), [A, B])
    stores.commit(job, [later])
    assert stores.listed(job) == [A, later]


def test_later_issue_of_a_page_replaces_the_one_with_the_same_key(stores: Stores) -> None:
    job = stores.begun()
    stores.commit(job, [Issue("a", "first", skipped=False), Issue("a", "last", skipped=True)])
    assert stores.listed(job) == [Issue("a", "last", skipped=True)]


@pytest.mark.parametrize("count", [1, 300])
def test_refused_commit_adds_no_issue(stores: Stores, count: int) -> None:
    job = stores.begun()
    with pytest.raises(LeaseLost):
        stores.commit(job, many(count), fence=2)
    assert stores.listed(job) == []


@pytest.mark.parametrize("count", [0, 1, 200, 500])
def test_page_that_runs_again_replaces_its_issues(stores: Stores, count: int) -> None:
    before = [Issue(f"before {issue.key}", issue.reason, issue.skipped) for issue in many(150)]
    job = stores.commit(stores.begun(), before)
    with pytest.raises(LeaseLost):
        stores.commit(job, many(300, "the first run"), fence=2)
    stores.commit(job, many(count, "the second run"))
    assert stores.listed(job) == [*many(count, "the second run"), *before]


def test_longest_page_of_the_longest_issues_is_kept(stores: Stores) -> None:
    issues = many(2000, "The e-mail address is invalid, so it was left out. " * 20)
    job = stores.begun()
    stores.commit(job, issues)
    assert stores.listed(job) == issues
    assert stores.listed(job, Window(1990, 100)) == issues[1990:]
