"""A stored password reaches no other host than its own: real adapters, on AWS in this process and over real HTTP.

The company's own system listens on 127.0.0.1, and a thief's server on localhost. Both write down what they are sent.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import EndpointConnectionError, ReadTimeoutError
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.aws.parameters import AxemaParameters
from bokabridge.adapters.aws.scheduler import EventBridgeScheduler, ScheduleTarget
from bokabridge.adapters.aws.secrets import AxemaSecrets
from bokabridge.adapters.axema.sources import AxemaSystems
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import BridgeError, InvalidInput
from bokabridge.settings.both_stores import BothStores
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.model import AxemaSecret
from bokabridge.settings.ports import SecretStore
from bokabridge.settings.save import SettingsService
from bokabridge.settings.trial import try_connection
from tests.aws_server import aws, failure, scheduler_client
from tests.axema import systems
from tests.dynamodb import USER_SYNC_TABLE, aws_client, dynamodb_with_tables
from tests.servers import serving

COMPANY = "11111111-1111-4111-8111-111111111111"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TARGET = ScheduleTarget("schedules", "arn:function", "arn:role", "arn:queue", flexible_minutes=0)
MAX_CALLS = 40
SERVICES = ("dynamodb", "scheduler", "secretsmanager", "ssm")
STORES = ["SecretsManager", "Both", "ParameterStore"]


@dataclass
class Recorder:
    """A server that lists users to everybody, and the passwords that it was sent."""

    url: str = ""
    passwords: list[str] = field(default_factory=list)

    def respond(self, request: Request) -> Response:
        encoded = request.headers["Authorization"].removeprefix("Basic ")
        self.passwords.append(base64.b64decode(encoded).decode().partition(":")[2])
        return Response('{"users": [], "total": 0}', content_type="application/json")

    def change(self, host: str, password: str, schedule: str) -> SettingsChange:
        return SettingsChange(
            members={"api_endpoint": host, "api_port": urlsplit(self.url).port, "username": "bridge"},
            secret=AxemaSecret({"password": password}),
            schedule=schedule,
        )


class Faults:
    """Counts the calls of AWS, and makes one of them fail: before AWS gets it, or after AWS has carried it out."""

    def __init__(self, clients: list[Any]) -> None:
        self.count = 0
        self.failing = 0
        self.is_carried_out = False
        for client in clients:
            client.meta.events.register("before-call.*", self._before)
            client.meta.events.register("after-call.*", self._after)

    def _before(self, **_: Any) -> None:
        self.count += 1
        if self.count == self.failing and not self.is_carried_out:
            raise EndpointConnectionError(endpoint_url="https://aws.invalid")

    def _after(self, **_: Any) -> None:
        if self.count == self.failing and self.is_carried_out:
            raise ReadTimeoutError(endpoint_url="https://aws.invalid")


def secret_store(kind: str, secrets_manager: Any, systems_manager: Any) -> SecretStore:
    """The store that a deployment with this SecretStore has."""
    stores: dict[str, SecretStore] = {
        "SecretsManager": AxemaSecrets(secrets_manager, "prefix/"),
        "ParameterStore": AxemaParameters(systems_manager, "prefix/"),
    }
    return BothStores(*stores.values()) if kind == "Both" else stores[kind]


class World:
    """The settings function and a warm page function, each with clients of its own."""

    def __init__(self, url: str, kind: str) -> None:
        self.now = NOON
        self.kind = kind
        clients = [aws_client(name) for name in SERVICES]
        self.faults = Faults(clients)
        self.service = self._service(*clients)
        self.healthy = self._service(*[aws_client(name) for name in SERVICES])
        settings = DynamoSettings(aws_client("dynamodb"), USER_SYNC_TABLE)
        secrets = secret_store(kind, aws_client("secretsmanager"), aws_client("ssm"))
        self.systems: AxemaSystems = systems(url, secrets, settings, check_seconds=5)

    def _service(self, dynamodb: Any, scheduler: Any, *secrets: Any) -> SettingsService:
        return SettingsService(
            DynamoSettings(dynamodb, USER_SYNC_TABLE),
            secret_store(self.kind, *secrets),
            EventBridgeScheduler(scheduler, TARGET),
            self.clock,
            None,
            True,
        )

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def sync(self) -> None:
        """What the page function does with Axema."""
        self.systems.connect(self.healthy.get(COMPANY)).fetch(None, 1)

    def trial(self) -> bool:
        settings, secret = self.healthy.proposal(COMPANY, SettingsChange())
        return try_connection(settings, secret, checker=self.systems).success

    def schedule(self) -> str:
        found = aws_client("scheduler").get_schedule(GroupName="schedules", Name=f"axema-{COMPANY}")
        expression: str = found["ScheduleExpression"]
        return expression


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Recorder, Recorder]]:
    own, thief = Recorder(), Recorder()
    with serving(own.respond) as own.url, serving(thief.respond) as thief.url:
        yield own, thief


@contextmanager
def connected_company(servers: tuple[Recorder, Recorder], store: str = "SecretsManager") -> Iterator[World]:
    """A company whose warm page function has its password in memory."""
    own, thief = servers
    own.passwords.clear()
    thief.passwords.clear()
    with dynamodb_with_tables():
        aws_client("scheduler").create_schedule_group(Name="schedules")
        world = World(own.url, store)
        world.healthy.create(COMPANY, own.change("127.0.0.1", "own", "rate(1 day)"))
        world.sync()
        assert own.passwords == ["own"]
        yield world


@pytest.mark.parametrize("store", STORES)
def test_warm_page_function_does_not_send_the_remembered_password_to_a_new_host(
    servers: tuple[Recorder, Recorder], store: str
) -> None:
    own, thief = servers
    with connected_company(servers, store) as world:
        before = world.healthy.get(COMPANY)
        world.service.update(COMPANY, thief.change("localhost", "dummy", "rate(1 day)"))
        world.sync()
        assert world.trial()
        assert thief.passwords == ["dummy", "dummy"]
        world.systems.connect(before).fetch(None, 1)
        assert own.passwords == ["own", "own"], "a run that began before the change goes on with its own connection"


@pytest.mark.parametrize("store", STORES)
@pytest.mark.parametrize("is_carried_out", [False, True], ids=["request lost", "response lost"])
def test_save_that_fails_at_any_call_of_aws_is_all_or_nothing(
    servers: tuple[Recorder, Recorder], is_carried_out: bool, store: str
) -> None:
    own, thief = servers
    for number in range(1, MAX_CALLS):
        with connected_company(servers, store) as world:
            world.faults.failing, world.faults.is_carried_out = number, is_carried_out
            is_saved = True
            try:
                world.service.update(COMPANY, thief.change("localhost", "dummy", "rate(2 days)"))
            except BridgeError:
                is_saved = False
            world.sync()
            assert world.trial()
            assert set(own.passwords) == {"own"}
            assert thief.passwords == (["dummy", "dummy"] if is_saved else [])
            assert world.schedule() == ("rate(2 days)" if is_saved else "rate(1 day)")
            if world.faults.count < number:
                return
    pytest.fail("The sweep did not reach the end of the save.")


def test_two_companies_of_one_warm_function_keep_their_passwords_apart(servers: tuple[Recorder, Recorder]) -> None:
    own, thief = servers
    other = "22222222-2222-4222-8222-222222222222"
    with connected_company(servers) as world:
        world.healthy.create(other, thief.change("localhost", "of the other company", ""))
        world.systems.connect(world.healthy.get(other)).fetch(None, 1)
        world.sync()
        assert (set(own.passwords), set(thief.passwords)) == ({"own"}, {"of the other company"})


@pytest.mark.parametrize(
    "stored",
    [
        '{"Password": "own"}',
        '{"Password": "own", "Version": null, "BoundTo": null}',
        '{"Password": "own", "BoundTo": {"IntegrationType": 1, "ApiEndpoint": "127.0.0.1"}}',
        "no json",
        None,
    ],
)
def test_secret_that_does_not_belong_to_the_settings_is_sent_nowhere(
    servers: tuple[Recorder, Recorder], stored: str | None
) -> None:
    _, thief = servers
    with connected_company(servers) as world:
        world.service.update(COMPANY, thief.change("localhost", "dummy", "rate(1 day)"))
        client = aws_client("secretsmanager")
        client.delete_secret(SecretId=f"prefix/{COMPANY}", ForceDeleteWithoutRecovery=True)
        if stored is not None:
            client.create_secret(Name=f"prefix/{COMPANY}", SecretString=stored)
        for call in (world.sync, world.trial):
            with pytest.raises(BridgeError):
                call()
        assert thief.passwords == []


def test_schedule_that_eventbridge_refuses_saves_nothing(servers: tuple[Recorder, Recorder]) -> None:
    own, thief = servers
    with connected_company(servers) as world:
        before = world.healthy.get(COMPANY)
        with aws([failure("ValidationException")]) as (url, requests):
            service = replace(world.service, scheduler=EventBridgeScheduler(scheduler_client(url), TARGET))
            with pytest.raises(InvalidInput, match="EventBridge Scheduler does not accept"):
                service.update(COMPANY, thief.change("localhost", "dummy", "rate(7 days)"))
            assert [request["ScheduleExpression"] for request in requests] == ["rate(7 days)"]
        assert world.healthy.get(COMPANY) == before
        world.sync()
        assert (set(own.passwords), thief.passwords, world.schedule()) == ({"own"}, [], "rate(1 day)")
