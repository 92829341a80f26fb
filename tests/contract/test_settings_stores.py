"""The contract of SettingsStore, SecretStore and Scheduler, in memory and on AWS."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from bokabridge.adapters.aws.scheduler import EventBridgeScheduler, ScheduleTarget
from bokabridge.adapters.aws.secrets import AxemaSecrets
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import Conflict, FatalError
from bokabridge.settings.fakes import InMemoryScheduler, InMemorySecrets, InMemorySettings
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.model import AxemaSecret, NameOrder
from bokabridge.settings.ports import Scheduler, SecretStore, SettingsStore
from tests.axema import settings_of
from tests.dynamodb import USER_SYNC_TABLE
from tests.unit.settings.invented import ALL, Invented

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
GROUP = "schedules"
ARN = "arn:aws:lambda:eu-north-1:123456789012:function:schedule"
ROLE = "arn:aws:iam::123456789012:role/scheduler"
DEAD_LETTERS = "arn:aws:sqs:eu-north-1:123456789012:dead-letters"
TARGET = ScheduleTarget(GROUP, ARN, ROLE, DEAD_LETTERS, flexible_minutes=15)


def aws(service: str) -> Any:
    clients: Any = boto3
    return clients.client(service, region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test")


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
    )
    settings.add(vaka_online)
    settings.add(local)
    assert settings.find(COMPANY) == vaka_online
    assert settings.find(OTHER) == local


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


def secrets_in_memory() -> SecretStore:
    return InMemorySecrets()


def secrets_in_secrets_manager() -> SecretStore:
    return AxemaSecrets(aws("secretsmanager"), "prefix/", ALL)


@pytest.fixture(params=[secrets_in_memory, secrets_in_secrets_manager])
def secrets(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> SecretStore:
    make: Callable[[], SecretStore] = request.param
    return make()


def test_secrets_read_back_as_they_were_stored(secrets: SecretStore) -> None:
    assert secrets.find(COMPANY) is None
    with pytest.raises(FatalError, match="Save the Axema settings again"):
        secrets.get(COMPANY)
    for members in ({"password": "å:b c"}, {"client_secret": " secret", "api_key": "key"}, {"pin_code": "1234"}):
        secret = AxemaSecret(members)
        secrets.put(COMPANY, secret)
        assert secrets.get(COMPANY, fresh=True) == secrets.find(COMPANY) == secret
    assert secrets.find(OTHER) is None


def test_remembered_secret_is_returned_unless_a_fresh_one_is_requested(dynamodb: "DynamoDBClient") -> None:
    warm, other = secrets_in_secrets_manager(), secrets_in_secrets_manager()
    old, new = AxemaSecret({"password": "old"}), AxemaSecret({"password": "new"})
    other.put(COMPANY, old)
    assert warm.get(COMPANY) == old
    other.put(COMPANY, new)
    assert warm.get(COMPANY) == old
    assert warm.get(COMPANY, fresh=True) == new
    assert warm.get(COMPANY) == new


@pytest.mark.parametrize("stored", ["no json", "[]", "7", '{"ApiKey": "a\\nb"}', '{"ApiKey": "å"}'])
def test_secret_that_a_request_could_not_have_given_is_refused(dynamodb: "DynamoDBClient", stored: str) -> None:
    aws("secretsmanager").create_secret(Name=f"prefix/{COMPANY}", SecretString=stored)
    with pytest.raises(FatalError, match="could not be read"):
        secrets_in_secrets_manager().get(COMPANY)
    assert secrets_in_secrets_manager().find(COMPANY) is None


def test_secrets_are_stored_as_json_by_their_names_on_the_wire(dynamodb: "DynamoDBClient") -> None:
    secrets_in_secrets_manager().put(COMPANY, AxemaSecret({"client_secret": "secret", "api_key": "key"}))
    stored = aws("secretsmanager").get_secret_value(SecretId=f"prefix/{COMPANY}")["SecretString"]
    assert json.loads(stored) == {"ClientSecret": "secret", "ApiKey": "key"}


@dataclass
class Schedules:
    """A scheduler, and the schedules where it keeps them: expression and time zone by company."""

    scheduler: Scheduler
    stored: Callable[[], dict[str, tuple[str, str]]]


def schedules_in_memory() -> Schedules:
    scheduler = InMemoryScheduler()
    return Schedules(scheduler, lambda: scheduler.schedules)


def schedules_on_eventbridge() -> Schedules:
    client = aws("scheduler")
    client.create_schedule_group(Name=GROUP)

    def stored() -> dict[str, tuple[str, str]]:
        names = [schedule["Name"] for schedule in client.list_schedules(GroupName=GROUP)["Schedules"]]
        found = [client.get_schedule(GroupName=GROUP, Name=name) for name in names]
        return {
            json.loads(schedule["Target"]["Input"])["CompanyId"]: (
                schedule["ScheduleExpression"],
                schedule["ScheduleExpressionTimezone"],
            )
            for schedule in found
        }

    return Schedules(EventBridgeScheduler(client, TARGET), stored)


@pytest.fixture(params=[schedules_in_memory, schedules_on_eventbridge])
def schedules(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Schedules:
    make: Callable[[], Schedules] = request.param
    return make()


def test_put_creates_a_schedule_and_changes_it(schedules: Schedules) -> None:
    schedules.scheduler.put(COMPANY, "rate(1 day)", "Europe/Stockholm")
    schedules.scheduler.put(OTHER, "rate(2 days)", "UTC")
    schedules.scheduler.put(COMPANY, "cron(0 4 * * ? *)", "UTC")
    assert schedules.stored() == {COMPANY: ("cron(0 4 * * ? *)", "UTC"), OTHER: ("rate(2 days)", "UTC")}


def test_remove_succeeds_with_and_without_a_schedule(schedules: Schedules) -> None:
    schedules.scheduler.put(COMPANY, "rate(1 day)", "UTC")
    for _ in range(2):
        schedules.scheduler.remove(COMPANY)
        assert schedules.stored() == {}


def test_schedule_has_a_window_retries_and_a_dead_letter_queue(
    dynamodb: "DynamoDBClient",
) -> None:
    schedules_on_eventbridge().scheduler.put(COMPANY, "rate(1 day)", "UTC")
    schedule = aws("scheduler").get_schedule(GroupName=GROUP, Name=f"axema-{COMPANY}")
    assert schedule["FlexibleTimeWindow"] == {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 15}
    assert schedule["Target"] == {
        "Arn": ARN,
        "RoleArn": ROLE,
        "Input": json.dumps({"CompanyId": COMPANY}),
        "RetryPolicy": {"MaximumRetryAttempts": 8, "MaximumEventAgeInSeconds": 3600},
        "DeadLetterConfig": {"Arn": DEAD_LETTERS},
    }
