"""The behaviour of every IssueStore."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.paging import Window
from bokabridge.usersync.fakes import InMemoryIssues
from bokabridge.usersync.people import Issue
from bokabridge.usersync.ports import IssueStore
from tests.data import COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ALL = Window(0, 100)

A = Issue("a", "why a", skipped=False)
B = Issue("b", "why b", skipped=True)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def issues(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> IssueStore:
    return InMemoryIssues() if request.param == "in memory" else DynamoIssues(dynamodb, USER_SYNC_TABLE)


def test_issues_of_a_job_are_listed_by_key(issues: IssueStore) -> None:
    issues.save(COMPANY_ID, "job-1", [B, A], NOON)
    assert issues.list(COMPANY_ID, "job-1", ALL) == [A, B]
    assert issues.list(COMPANY_ID, "job-1", Window(1, 5)) == [B]


def test_issues_belong_to_one_job_of_one_company(issues: IssueStore) -> None:
    issues.save(COMPANY_ID, "job-1", [A], NOON)
    issues.save(COMPANY_ID, "job-10", [B], NOON)
    assert issues.list(COMPANY_ID, "job-1", ALL) == [A]
    assert issues.list(COMPANY_ID, "job-2", ALL) == []
    assert issues.list("another", "job-1", ALL) == []


def test_saving_an_issue_again_replaces_it(issues: IssueStore) -> None:
    issues.save(COMPANY_ID, "job", [A, B], NOON)
    issues.save(COMPANY_ID, "job", [Issue("b", "another reason", skipped=False)], NOON)
    assert issues.list(COMPANY_ID, "job", ALL) == [A, Issue("b", "another reason", skipped=False)]


def test_later_issue_with_the_same_key_in_one_call_replaces_the_earlier(issues: IssueStore) -> None:
    issues.save(COMPANY_ID, "job", [Issue("a", "first", skipped=False), Issue("a", "last", skipped=True)], NOON)
    assert issues.list(COMPANY_ID, "job", ALL) == [Issue("a", "last", skipped=True)]
