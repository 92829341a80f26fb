"""What every LinkStore does."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.usersync.fakes import InMemoryLinks
from bokabridge.usersync.link import Link
from bokabridge.usersync.people import Issue
from bokabridge.usersync.ports import LinkStore
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture(params=["in memory", "on DynamoDB"])
def links(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> LinkStore:
    return InMemoryLinks() if request.param == "in memory" else DynamoLinks(dynamodb, USER_SYNC_TABLE)


def a_link(at: int, content_hash: str = "hash") -> Link:
    return Link(f"user-{at}", f"customer-{at}", content_hash, "job", 3, created=True)


def test_links_read_back_and_unknown_users_have_none(links: LinkStore) -> None:
    links.save(COMPANY, [a_link(at) for at in range(130)])
    found = links.find(COMPANY, [f"user-{at}" for at in (0, 7, 129, 500)])
    assert found == {f"user-{at}": a_link(at) for at in (0, 7, 129)}


def test_a_link_saved_again_replaces_the_first(links: LinkStore) -> None:
    links.save(COMPANY, [a_link(1)])
    links.save(COMPANY, [a_link(1, "new")])
    assert links.find(COMPANY, ["user-1"])["user-1"].content_hash == "new"


def test_nothing_to_find_or_save_is_nothing(links: LinkStore) -> None:
    links.save(COMPANY, [])
    assert links.find(COMPANY, []) == {}


def test_whether_any_exist_is_told_by_company(links: LinkStore) -> None:
    assert not links.any_exist(COMPANY)
    links.save(COMPANY, [a_link(1)])
    assert links.any_exist(COMPANY)
    assert not links.any_exist("another")


def test_issues_are_kept_by_job_and_key(links: LinkStore) -> None:
    links.save_issues(COMPANY, "job-1", [Issue("b", "why b", skipped=True), Issue("a", "why a", skipped=False)], NOON)
    links.save_issues(COMPANY, "job-1", [Issue("b", "why b", skipped=True)], NOON)
    links.save_issues(COMPANY, "job-2", [Issue("c", "why c", skipped=True)], NOON)
    assert links.issues(COMPANY, "job-1", 0, 100) == [
        Issue("a", "why a", skipped=False),
        Issue("b", "why b", skipped=True),
    ]
    assert links.issues(COMPANY, "job-1", 1, 5) == [Issue("b", "why b", skipped=True)]
    assert links.issues(COMPANY, "job-3", 0, 100) == []


def test_the_same_key_twice_in_one_call_is_one_issue(links: LinkStore) -> None:
    links.save_issues(COMPANY, "job", [Issue("a", "first", skipped=False), Issue("a", "last", skipped=True)], NOON)
    assert links.issues(COMPANY, "job", 0, 100) == [Issue("a", "last", skipped=True)]
