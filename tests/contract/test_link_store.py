"""The behaviour of every LinkStore."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.usersync.link import Link
from bokabridge.usersync.link_fakes import InMemoryLinks
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


def test_relatives_have_the_same_recognition_and_are_up_to_date(links: LinkStore) -> None:
    links.save(COMPANY_ID, [a_link(at) for at in range(4)])
    found = links.relatives(COMPANY_ID, {"anna-0"})
    assert {key: set(those) for key, those in found.items()} == {"anna-0": {a_link(0), a_link(1)}}
    links.save(COMPANY_ID, [a_link(0).vacated(), replace(a_link(1), recognition="bo")])
    assert links.relatives(COMPANY_ID, {"anna-0", "bo"}) == {"bo": [replace(a_link(1), recognition="bo")]}
    assert links.relatives(COMPANY_ID, set()) == {}


def test_all_links_are_those_of_one_company(links: LinkStore) -> None:
    hidden = a_link(1).deactivated()
    links.save(COMPANY_ID, [a_link(0), hidden])
    links.save("another", [a_link(2)])
    assert set(links.all(COMPANY_ID)) == {a_link(0), hidden}
    assert not hidden.vacated().is_deactivated


def test_customer_moves_to_another_user_and_leaves_a_vacant_link(links: LinkStore) -> None:
    old = a_link(1)
    links.save(COMPANY_ID, [old])
    new = replace(a_link(2), customer_id=old.customer_id)
    links.move(COMPANY_ID, new, old.vacated())
    assert links.existing(COMPANY_ID, ["user-1", "user-2"]) == {"user-1": old.vacated(), "user-2": new}
    assert old.vacated().customer_id not in (old.customer_id, a_link(2).vacated().customer_id)
