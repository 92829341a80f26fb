"""The source of a local endpoint, checks with a time limit, and rotated secrets, over real HTTP."""

import json
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.axema.local_endpoint import PAGE_SIZE, LocalEndpointSource
from bokabridge.adapters.axema.records import UNREACHABLE
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.errors import CredentialsRejected, FatalError, RetriableError, Unreachable
from bokabridge.settings.fakes import InMemorySecrets, InMemorySettings
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.usersync.people import AxemaUser, BrokenRecord, NoText
from local.axema.credentials import credentials
from local.axema.people import person
from local.axema.simulator import AxemaSimulator
from tests.aws_server import unreachable
from tests.axema import (
    connect_locally,
    local_settings_of,
    read_all,
    rotated_secret_of,
    secret_of,
    settings_of,
    state,
    steer,
    systems,
)
from tests.servers import serving

COMPANY = "11111111-1111-4111-8111-111111111111"


def hang_up(request: Request) -> Response:
    """Closes the connection instead of a response."""
    request.environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
    return Response()


@pytest.fixture
def axema() -> Iterator[str]:
    with AxemaSimulator({COMPANY: 250}) as simulator:
        yield simulator.url


def test_users_are_the_same_as_those_of_vaka_online(axema: str) -> None:
    steer(axema, COMPANY, pageSize=100)
    users = [record for page in read_all(connect_locally(axema, COMPANY)) for record in page]
    people = [person(COMPANY, index) for index in range(250)]
    assert users == [
        AxemaUser(str(user["userId"]), str(user["name"]), user["email"], user.get("phone", NoText.Absent))
        for user in people
    ]
    assert state(axema, COMPANY)["pagesServed"] == 3


def test_broken_records_are_reported_among_whole_ones(axema: str) -> None:
    steer(axema, COMPANY, badRecords=12)
    records = [record for page in read_all(connect_locally(axema, COMPANY)) for record in page]
    broken = [record for record in records if isinstance(record, BrokenRecord)]
    assert len(records) == 262
    assert {record.reason for record in broken} == {"The record has no user id.", "The record's name cannot be read."}


def test_wrong_password_is_not_retried(axema: str) -> None:
    with pytest.raises(CredentialsRejected, match="refused the user name or the password"):
        connect_locally(axema, COMPANY, secret=AxemaSecret({"password": "wrong"})).fetch(None, 1)
    assert state(axema, COMPANY)["requests"] == 1


def test_busy_system_is_retried_until_it_responds(axema: str) -> None:
    steer(axema, COMPANY, pageSize=100, failEvery=2, failStatus=503)
    assert sum(map(len, read_all(connect_locally(axema, COMPANY)))) == 250


def test_error_of_a_system_that_stays_away_names_the_page(axema: str) -> None:
    steer(axema, COMPANY, failEvery=1)
    with pytest.raises(RetriableError, match=r"HTTP status 500.*We asked for page 3"):
        connect_locally(axema, COMPANY, give_up_after_seconds=1).fetch(None, 3)


def test_response_that_breaks_off_is_requested_again(axema: str) -> None:
    steer(axema, COMPANY, pageSize=100, dropAfterPage=1)
    assert sum(map(len, read_all(connect_locally(axema, COMPANY)))) == 250


@pytest.mark.parametrize("kind", ["notJson", "wrongShape", "html"])
def test_error_of_a_malformed_page_names_the_page(axema: str, kind: str) -> None:
    steer(axema, COMPANY, malformed=kind)
    with pytest.raises(FatalError, match="response for page 7 is not a list of users"):
        connect_locally(axema, COMPANY).fetch(None, 7)


def test_empty_page_before_the_end_is_an_error() -> None:
    response = Response('{"users": [], "total": 7}', content_type="application/json")
    with serving(lambda _: response) as url, pytest.raises(FatalError, match="page 1 is empty although"):
        connect_locally(url, COMPANY).fetch(None, 1)


def users(count: int) -> str:
    return json.dumps({"users": [{"id": str(at), "name": "Anna Alm"} for at in range(count)], "total": count})


@pytest.mark.parametrize("count", [PAGE_SIZE + 1, 100_000])
def test_page_of_more_users_than_requested_is_refused(count: int) -> None:
    body = users(count)
    with serving(lambda _: Response(body, content_type="application/json")) as url:
        for read in (lambda: connect_locally(url, COMPANY).fetch(None, 1), connect_locally(url, COMPANY).check):
            with pytest.raises(FatalError, match=f"has {count} users, although at most 500 were requested"):
                read()


def test_page_of_as_many_users_as_requested_is_read() -> None:
    with serving(lambda _: Response(users(PAGE_SIZE), content_type="application/json")) as url:
        assert len(connect_locally(url, COMPANY).fetch(None, 1).records) == PAGE_SIZE


def test_server_without_a_list_of_users_is_an_error() -> None:
    with (
        serving(lambda _: Response(status=404)) as url,
        pytest.raises(FatalError, match="no list of users at the ApiEn"),
    ):
        connect_locally(url, COMPANY).check()


def test_check_gives_up_after_its_time_limit(axema: str) -> None:
    steer(axema, COMPANY, latencyMs=60_000)
    impatient = systems(axema, InMemorySecrets(), check_seconds=0.2)
    with pytest.raises(Unreachable, match=UNREACHABLE):
        impatient.check(local_settings_of(axema, COMPANY), secret_of(COMPANY))


def test_source_for_a_caller_who_waits_gives_up_after_its_time(axema: str) -> None:
    settings, secrets = local_settings_of(axema, COMPANY), InMemorySecrets()
    steer(axema, COMPANY, users=1)
    secrets.stage(None, settings, secret_of(COMPANY))
    source = systems(axema, secrets).connect(settings, 5)
    assert len(source.fetch(None, 1).records) == 1
    steer(axema, COMPANY, users=1, latencyMs=60_000)
    with pytest.raises(TimeoutError):
        systems(axema, secrets).connect(settings, 0.2).fetch(None, 1)


@pytest.mark.parametrize("port", [22, 25, 81, 1023])
def test_stored_port_of_another_service_is_not_connected_to(port: int) -> None:
    guard = Guard(SystemResolver(), allows_private=False)
    source = LocalEndpointSource(LocalEndpoint("93.184.216.34", port, "bridge"), secret_of(COMPANY), guard=guard)
    for call in (source.check, lambda: source.fetch(None, 1)):
        with pytest.raises(FatalError, match="must be 80, 443 or a port above 1023"):
            call()


def test_sync_does_not_say_more_than_a_test_about_a_system_that_does_not_respond(axema: str) -> None:
    with unreachable() as closed, serving(hang_up) as broken:
        for url in (closed, broken):
            with pytest.raises(RetriableError) as failure:
                connect_locally(url, COMPANY, give_up_after_seconds=0).fetch(None, 1)
            assert str(failure.value).startswith(f"{UNREACHABLE} We asked for page 1")


class CountedSecrets(InMemorySecrets):
    """A store that counts the reads that had to be fresh."""

    fresh_reads = 0

    def get(self, settings: AxemaSettings, *, fresh: bool = False) -> AxemaSecret:
        self.fresh_reads += fresh
        return super().get(settings, fresh=fresh)


@pytest.mark.parametrize("is_local", [True, False])
def test_rotated_secrets_are_read_when_axema_refuses_the_former_ones(axema: str, is_local: bool) -> None:
    store, secrets = InMemorySettings(), CountedSecrets()
    before = replace(local_settings_of(axema, COMPANY) if is_local else settings_of(COMPANY), secret_version="first")
    store.add(before)
    secrets.stage(None, before, secret_of(COMPANY))
    both = systems(axema, secrets, store)
    steer(axema, COMPANY, pageSize=100)
    first = both.connect(before).fetch(None, 1)
    assert secrets.fresh_reads == 0

    steer(axema, COMPANY, credentialsVersion=1)
    source = both.connect(before)
    with pytest.raises(CredentialsRejected):
        source.fetch(first.next_cursor, 2)
    assert secrets.fresh_reads == 1

    after = replace(before, secret_version="second")
    secrets.stage(before, after, rotated_secret_of(COMPANY, 1))
    store.replace(before, after)
    assert len(source.fetch(first.next_cursor, 2).records) == 100
    assert len(both.connect(after).fetch(None, 1).records) == 100
    assert secrets.fresh_reads == 2


def test_running_sync_does_not_follow_its_company_to_another_connection(axema: str) -> None:
    store, secrets = InMemorySettings(), InMemorySecrets()
    before = replace(local_settings_of(axema, COMPANY), secret_version="first")
    store.add(before)
    secrets.stage(None, before, AxemaSecret({"password": "refused"}))
    source = systems(axema, secrets, store).connect(before)

    after = replace(before, connection=LocalEndpoint("vaka.example.com", 443, "bridge"), secret_version="second")
    secrets.stage(before, after, secret_of(COMPANY))
    store.replace(before, after)
    with pytest.raises(CredentialsRejected):
        source.fetch(None, 1)


def test_rotation_changes_secrets_and_keeps_names() -> None:
    old, new = credentials(COMPANY), credentials(COMPANY, 1)
    assert replace(new, client_secret=old.client_secret, api_key=old.api_key, password=old.password) == old
    assert len({old.client_secret, old.api_key, old.password, new.client_secret, new.api_key, new.password}) == 6
