"""What every AxemaSource does: a list in memory, and over HTTP VAKA Online and a local endpoint, paged in all ways."""

from collections.abc import Callable, Iterator

import pytest

from bokabridge.usersync.fakes import ListSource
from bokabridge.usersync.people import AxemaUser, Record
from bokabridge.usersync.ports import AxemaSource
from local.axema.simulator import AxemaSimulator
from tests.axema import connect, connect_locally, read_all, steer

COMPANY = "11111111-1111-4111-8111-111111111111"

Make = Callable[[int], Callable[[], AxemaSource]]
"""From a number of users to a function that connects to them anew."""


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
def test_every_user_comes_once_and_no_page_is_too_large(make: Make, users: int) -> None:
    pages = read_all(make(users)())
    assert len(ids(pages)) == len(set(ids(pages))) == users
    assert all(len(page) <= 1000 for page in pages)
    assert all(pages) or users == 0


def test_a_new_connection_goes_on_at_the_cursor_of_the_old(make: Make) -> None:
    connect_anew = make(2250)
    first = connect_anew().fetch(None, 1)
    rest = read_all(connect_anew(), first.next_cursor, 2)
    assert ids([first.records, *rest]) == ids(read_all(connect_anew()))


def test_a_page_fetched_again_is_the_same_page(make: Make) -> None:
    connect_anew = make(2250)
    cursor = connect_anew().fetch(None, 1).next_cursor
    assert connect_anew().fetch(cursor, 2) == connect_anew().fetch(cursor, 2)
