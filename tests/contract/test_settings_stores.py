"""The contract of SettingsStore and Scheduler, in memory and on AWS."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import Conflict
from bokabridge.settings.fakes import InMemorySettings
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.model import AxemaSettings, NameOrder, Safeguards
from bokabridge.settings.ports import SettingsStore
from tests.axema import settings_of
from tests.dynamodb import USER_SYNC_TABLE
from tests.unit.settings.invented import ALL, Invented

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
COMPANY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"


def settings_in_memory(_: "DynamoDBClient") -> SettingsStore:
    return InMemorySettings()


def settings_on_dynamodb(client: "DynamoDBClient") -> SettingsStore:
    return DynamoSettings(client, USER_SYNC_TABLE, ALL)


@pytest.fixture(params=[settings_in_memory, settings_on_dynamodb])
def settings(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> SettingsStore:
    make: Callable[[DynamoDBClient], SettingsStore] = request.param
    return make(dynamodb)


def test_settings_read_back_as_they_were_stored(settings: SettingsStore) -> None:
    assert settings.find(COMPANY) is None
    vaka_online = settings_of(COMPANY)
    local = replace(
        settings_of(OTHER),
        connection=LocalEndpoint("vaka.example.com", 443, "bridge"),
        name_order=NameOrder.FirstLast,
        is_active=False,
        schedule="rate(1 day)",
        timezone="UTC",
        is_scheduled=False,
        secret_version="version",
        safeguards=Safeguards(0, 35, 90),
    )
    settings.add(vaka_online)
    settings.add(local)
    assert settings.find(COMPANY) == vaka_online
    assert settings.find(OTHER) == local


def test_settings_without_safeguards_have_the_defaults(dynamodb: "DynamoDBClient") -> None:
    store = settings_on_dynamodb(dynamodb)
    store.add(replace(settings_of(COMPANY), safeguards=Safeguards(0, 0, 1)))
    names = ("HoldChangesPercent", "HoldMissingPercent", "DeactivateAfterDays")
    dynamodb.update_item(
        TableName=USER_SYNC_TABLE,
        Key={"PK": {"S": f"COMPANY#{COMPANY}"}, "SK": {"S": "SETTINGS"}},
        UpdateExpression=f"REMOVE {', '.join(names)}",
    )
    assert store.find(COMPANY) == settings_of(COMPANY)


def test_settings_of_an_invented_kind_read_back_as_they_were_stored(settings: SettingsStore) -> None:
    invented = replace(settings_of(COMPANY), connection=Invented("device", 2))
    settings.add(invented)
    assert settings.find(COMPANY) == invented


def test_members_are_stored_by_their_names_on_the_wire(dynamodb: "DynamoDBClient") -> None:
    settings_on_dynamodb(dynamodb).add(
        replace(settings_of(COMPANY), connection=LocalEndpoint("vaka.example.com", 443, "bridge"))
    )
    (item,) = dynamodb.scan(TableName=USER_SYNC_TABLE)["Items"]
    stored = {"IntegrationType": {"N": "1"}, "ApiEndpoint": {"S": "vaka.example.com"}, "ApiPort": {"N": "443"}}
    assert {**stored, "Username": {"S": "bridge"}}.items() <= item.items()


def test_all_finds_the_settings_of_all_companies_whatever_their_kind(settings: SettingsStore) -> None:
    assert list(settings.all()) == []
    companies = [f"{number:08}-1111-4111-8111-111111111111" for number in range(120)]
    stored = {company: settings_of(company) for company in companies}
    stored[COMPANY] = replace(settings_of(COMPANY), connection=Invented("device", 2), is_active=False)
    stored[OTHER] = replace(settings_of(OTHER), connection=LocalEndpoint("vaka.example.com", 443, "bridge"))
    for each in stored.values():
        settings.add(each)
    assert {each.company_id: each for each in settings.all()} == stored
    settings.begin_removal(stored[COMPANY], NOON)
    settings.finish_removal(COMPANY, NOON)
    assert {each.company_id for each in settings.all()} == stored.keys() - {COMPANY}


def test_settings_of_a_company_can_be_added_once(settings: SettingsStore) -> None:
    settings.add(settings_of(COMPANY))
    with pytest.raises(Conflict):
        settings.add(replace(settings_of(COMPANY), schedule="rate(1 day)"))
    assert settings.find(COMPANY) == settings_of(COMPANY)


def test_second_of_two_concurrent_changes_is_a_conflict(settings: SettingsStore) -> None:
    before = settings_of(COMPANY)
    first = replace(before, is_active=False, updated_at=before.updated_at + timedelta(seconds=1))
    second = replace(before, schedule="rate(1 day)", updated_at=before.updated_at + timedelta(seconds=2))
    settings.add(before)
    settings.replace(before, first)
    with pytest.raises(Conflict):
        settings.replace(before, second)
    assert settings.find(COMPANY) == first


def test_missing_settings_cannot_be_replaced(settings: SettingsStore) -> None:
    with pytest.raises(Conflict):
        settings.replace(settings_of(COMPANY), settings_of(COMPANY))


LATER = NOON + timedelta(minutes=1)


def test_removal_marks_the_settings_and_then_deletes_them(settings: SettingsStore) -> None:
    before = settings_of(COMPANY)
    settings.add(before)
    settings.begin_removal(before, NOON)
    marked = settings.find(COMPANY)
    assert marked is not None
    assert (marked.is_active, marked.removal_started_at) == (False, NOON)
    with pytest.raises(Conflict):
        settings.replace(before, before)
    with pytest.raises(Conflict):
        settings.add(before)
    settings.finish_removal(COMPANY, NOON)
    assert settings.find(COMPANY) is None
    settings.finish_removal(COMPANY, NOON)
    settings.give_up_removal(COMPANY, NOON)
    assert settings.find(COMPANY) is None


def test_removal_of_settings_that_have_changed_is_a_conflict(settings: SettingsStore) -> None:
    before = settings_of(COMPANY)
    after = replace(before, is_active=False, updated_at=before.updated_at + timedelta(seconds=1))
    settings.add(before)
    settings.replace(before, after)
    with pytest.raises(Conflict):
        settings.begin_removal(before, NOON)
    assert settings.find(COMPANY) == after


def marked_settings(settings: SettingsStore) -> AxemaSettings:
    found = settings.find(COMPANY)
    assert found is not None
    return found


def test_second_removal_waits_until_the_first_has_died_or_given_up(settings: SettingsStore) -> None:
    settings.add(settings_of(COMPANY))
    settings.begin_removal(settings_of(COMPANY), NOON)
    soon = NOON + timedelta(seconds=1)
    with pytest.raises(Conflict):
        settings.begin_removal(marked_settings(settings), soon)
    settings.begin_removal(marked_settings(settings), LATER)
    settings.finish_removal(COMPANY, NOON)
    assert marked_settings(settings).removal_started_at == LATER
    settings.give_up_removal(COMPANY, NOON)
    with pytest.raises(Conflict):
        settings.begin_removal(marked_settings(settings), LATER)
    settings.give_up_removal(COMPANY, LATER)
    settings.begin_removal(marked_settings(settings), LATER + timedelta(seconds=1))
