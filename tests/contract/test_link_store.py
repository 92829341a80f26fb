"""The behaviour of every LinkStore."""

from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.usersync.fakes import InMemoryLinks
from bokabridge.usersync.link import Link
from bokabridge.usersync.ports import LinkStore
from tests.data import COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture(params=["in memory", "on DynamoDB"])
def links(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> LinkStore:
    return InMemoryLinks() if request.param == "in memory" else DynamoLinks(dynamodb, USER_SYNC_TABLE)


def a_link(at: int, content_hash: str = "hash") -> Link:
    return Link(f"user-{at}", f"customer-{at}", content_hash, "job", created=True, recognition=f"anna-{at // 2}")


def test_links_read_back_and_users_without_a_link_are_left_out(links: LinkStore) -> None:
    links.save(COMPANY_ID, [a_link(at) for at in range(130)])
    existing = links.existing(COMPANY_ID, [f"user-{at}" for at in (0, 7, 129, 500)])
    assert existing == {f"user-{at}": a_link(at) for at in (0, 7, 129)}


def test_saving_a_link_again_replaces_it(links: LinkStore) -> None:
    links.save(COMPANY_ID, [a_link(1)])
    links.save(COMPANY_ID, [a_link(1, "new")])
    assert links.existing(COMPANY_ID, ["user-1"])["user-1"].content_hash == "new"


def test_saving_no_links_and_asking_for_no_users_is_allowed(links: LinkStore) -> None:
    links.save(COMPANY_ID, [])
    assert links.existing(COMPANY_ID, []) == {}


def test_links_of_one_company_do_not_exist_for_another(links: LinkStore) -> None:
    assert not links.any_exist(COMPANY_ID)
    links.save(COMPANY_ID, [a_link(1)])
    assert links.any_exist(COMPANY_ID)
    assert not links.any_exist("another")
