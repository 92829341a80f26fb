"""The contract of AxemaSource and ConnectionChecker: in memory, and over HTTP with all kinds and ways of paging."""

from collections.abc import Callable, Iterator

import pytest

from bokabridge.errors import CredentialsRejected
from bokabridge.settings.fakes import InMemoryAxema, InMemorySecrets
from bokabridge.settings.model import NO_SECRET, AxemaSettings
from bokabridge.settings.ports import ConnectionChecker
from bokabridge.usersync.people import AxemaUser, Record
from bokabridge.usersync.source_fakes import ListSource
from bokabridge.usersync.source_ports import AxemaSource
from local.axema.simulator import AxemaSimulator
from tests.axema import (
    connect,
    connect_locally,
    local_settings_of,
    read_all,
    secret_of,
    settings_of,
    steer,
    systems,
)

COMPANY = "11111111-1111-4111-8111-111111111111"

Make = Callable[[int], Callable[[], AxemaSource]]
"""From a number of users to a function that opens a new source of them."""


def in_memory(_: str, users: int) -> Callable[[], AxemaSource]:
    records: list[Record] = [AxemaUser(f"user-{at:05}", f"Efternamn{at}, Förnamn") for at in range(users)]
    return lambda: ListSource(records)


def unpaged(url: str, users: int) -> Callable[[], AxemaSource]:
    steer(url, COMPANY, users=users, pageSize=None)
    return lambda: connect(url, COMPANY)


def paged(url: str, users: int) -> Callable[[], AxemaSource]:
    steer(url, COMPANY, users=users, pageSize=100)
    return lambda: connect(url, COMPANY)


def local(url: str, users: int) -> Callable[[], AxemaSource]:
    steer(url, COMPANY, users=users, pageSize=None)
    return lambda: connect_locally(url, COMPANY)


def local_in_small_pages(url: str, users: int) -> Callable[[], AxemaSource]:
    steer(url, COMPANY, users=users, pageSize=100)
    return lambda: connect_locally(url, COMPANY)


@pytest.fixture(scope="module")
def simulator() -> Iterator[AxemaSimulator]:
    with AxemaSimulator({}) as running:
        yield running


@pytest.fixture(params=[in_memory, unpaged, paged, local, local_in_small_pages])
def make(request: pytest.FixtureRequest, simulator: AxemaSimulator) -> Make:
    return lambda users: request.param(simulator.url, users)


def ids(pages: list[list[Record]]) -> list[str | None]:
    return [record.id for page in pages for record in page]


@pytest.mark.parametrize("users", [0, 1, 99, 100, 101, 1000, 1001, 2250])
def test_pages_have_each_user_once_and_are_not_too_large(make: Make, users: int) -> None:
    pages = read_all(make(users)())
    assert len(ids(pages)) == len(set(ids(pages))) == users
    assert all(len(page) <= 1000 for page in pages)
    assert all(pages) or users == 0


def test_new_source_continues_at_the_cursor_of_another(make: Make) -> None:
    open_source = make(2250)
    first = open_source().fetch(None, 1)
    rest = read_all(open_source(), first.next_cursor, 2)
    assert ids([first.records, *rest]) == ids(read_all(open_source()))


def test_same_cursor_returns_the_same_page_again(make: Make) -> None:
    open_source = make(2250)
    cursor = open_source().fetch(None, 1).next_cursor
    assert open_source().fetch(cursor, 2) == open_source().fetch(cursor, 2)


def checks_in_memory(_: str) -> tuple[ConnectionChecker, AxemaSettings]:
    return InMemoryAxema(secret_of(COMPANY)), settings_of(COMPANY)


def checks_of_vaka_online(url: str) -> tuple[ConnectionChecker, AxemaSettings]:
    return systems(url, InMemorySecrets()), settings_of(COMPANY)


def checks_of_a_local_endpoint(url: str) -> tuple[ConnectionChecker, AxemaSettings]:
    return systems(url, InMemorySecrets()), local_settings_of(url, COMPANY)


@pytest.mark.parametrize("make_checker", [checks_in_memory, checks_of_vaka_online, checks_of_a_local_endpoint])
def test_check_accepts_the_right_secret_and_rejects_another(
    simulator: AxemaSimulator, make_checker: Callable[[str], tuple[ConnectionChecker, AxemaSettings]]
) -> None:
    steer(simulator.url, COMPANY, users=3)
    checker, settings = make_checker(simulator.url)
    checker.check(settings, secret_of(COMPANY))
    with pytest.raises(CredentialsRejected):
        checker.check(settings, NO_SECRET)
