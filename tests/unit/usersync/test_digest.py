"""The digest of a record, and syncs that do not map a record again."""

from dataclasses import replace
from itertools import combinations

from bokabridge.settings.model import NameOrder
from bokabridge.usersync.digest import digest_of, remarked, rules_version
from bokabridge.usersync.job import Counters
from bokabridge.usersync.people import AxemaUser, NoText
from tests.unit.usersync.paged import PagedWorld, user

ANNA = user("u1", "Berg, Anna", "anna@example.com", "070-174 06 05")


def test_digest_changes_with_every_member_and_with_the_name_order_but_not_with_the_user_id() -> None:
    digests = [
        digest_of(ANNA, NameOrder.LastFirst),
        digest_of(ANNA, NameOrder.FirstLast),
        digest_of(replace(ANNA, name="Berg, Anna "), NameOrder.LastFirst),
        *(digest_of(replace(ANNA, phone=phone), NameOrder.LastFirst) for phone in (None, "", "None", *NoText)),
        digest_of(replace(ANNA, email=ANNA.phone, phone=ANNA.email), NameOrder.LastFirst),
        digest_of(replace(ANNA, name="\ud83d"), NameOrder.LastFirst),
    ]
    assert not [pair for pair in combinations(digests, 2) if pair[0] == pair[1]]
    assert digest_of(replace(ANNA, id="u2"), NameOrder.LastFirst) == digests[0]
    assert remarked(digests[0]) not in digests


def test_version_of_the_rules_is_the_same_in_every_call() -> None:
    assert rules_version() == rules_version()
    assert len(rules_version()) == 16


def test_remarks_are_reported_at_every_sync() -> None:
    world = PagedWorld([replace(ANNA, email="anna@"), AxemaUser("u2", "Ek, Bo")])
    first = world.synced()
    assert [issue.skipped for issue in first[1]] == [False]
    for _ in range(2):
        counters, issues = world.synced()
        assert (counters, issues) == (Counters(found=2, unchanged=2), first[1])


def test_other_name_order_and_other_spelling_are_mapped_again() -> None:
    world = PagedWorld([user("u1", "Berg Anna"), user("u2", "Ek,  Bo")])
    world.synced()
    settings = world.settings.find(world.company_id)
    assert settings is not None
    world.settings.replace(settings, replace(settings, name_order=NameOrder.FirstLast))
    world.lists([user("u1", "Berg Anna"), user("u2", "Ek, Bo")])
    assert world.synced()[0] == Counters(found=2, updated=1, unchanged=1)
    assert world.names() == {"u1": "Berg Anna", "u2": "Bo Ek"}
    assert world.synced()[0] == Counters(found=2, unchanged=2)
