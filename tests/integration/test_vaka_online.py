"""The source of VAKA Online over real HTTP, against a VAKA Online that misbehaves."""

import socket
from collections.abc import Iterator

import pytest

from bokabridge.errors import FatalError, RetriableError
from bokabridge.settings.model import NO_SECRET, AxemaSecret
from bokabridge.usersync.people import AxemaUser, BrokenRecord, Record
from local.axema.credentials import credentials
from local.axema.simulator import AxemaSimulator
from tests.axema import connect, read_all, secret_of, state, steer

COMPANY = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def axema() -> Iterator[str]:
    with AxemaSimulator({COMPANY: 250}) as simulator:
        yield simulator.url


def users_in(pages: list[list[Record]]) -> int:
    return sum(isinstance(record, AxemaUser) for page in pages for record in page)


def test_unpaged_list_is_requested_once_for_all_its_pages(axema: str) -> None:
    steer(axema, COMPANY, users=2250)
    source = connect(axema, COMPANY)
    pages = read_all(source)
    assert (users_in(pages), len(pages)) == (2250, 3)
    assert state(axema, COMPANY)["requests"] == 1


def test_token_is_used_for_many_requests(axema: str) -> None:
    steer(axema, COMPANY, pageSize=50)
    read_all(connect(axema, COMPANY))
    assert (state(axema, COMPANY)["requests"], state(axema, COMPANY)["tokensIssued"]) == (5, 1)


def test_refused_token_is_renewed_once(axema: str) -> None:
    source = connect(axema, COMPANY)
    steer(axema, COMPANY, pageSize=100)
    first = source.fetch(None, 1)
    steer(axema, COMPANY, expireTokens=True)
    source.fetch(first.next_cursor, 2)
    assert state(axema, COMPANY)["tokensIssued"] == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_busy_axema_is_retried_until_it_responds(axema: str, status: int) -> None:
    steer(axema, COMPANY, pageSize=100, failEvery=2, failStatus=status)
    assert users_in(read_all(connect(axema, COMPANY))) == 250


def test_retry_after_beyond_the_time_limit_is_not_awaited(axema: str) -> None:
    steer(axema, COMPANY, failEvery=1, failStatus=429, retryAfter=60)
    with pytest.raises(RetriableError, match="HTTP status 429"):
        connect(axema, COMPANY, give_up_after_seconds=2).fetch(None, 1)
    assert state(axema, COMPANY)["requests"] == 1


def test_error_of_an_axema_that_stays_away_names_the_page(axema: str) -> None:
    steer(axema, COMPANY, failEvery=1)
    with pytest.raises(RetriableError, match=r"Axema responded with HTTP status 500.*We asked for page 3"):
        connect(axema, COMPANY, give_up_after_seconds=1).fetch(None, 3)
    assert state(axema, COMPANY)["requests"] > 1


def test_response_that_breaks_off_is_requested_again(axema: str) -> None:
    steer(axema, COMPANY, pageSize=100, dropAfterPage=1)
    assert users_in(read_all(connect(axema, COMPANY))) == 250
    assert state(axema, COMPANY)["faultsServed"] == 1


def test_error_of_a_refused_connection_says_so() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(RetriableError, match=r"sign-in service could not be reached \(connection refused\)"):
            connect(url, COMPANY, give_up_after_seconds=0.1).fetch(None, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (AxemaSecret({"client_secret": "wrong", "api_key": "x"}), "rejected the credentials"),
        (NO_SECRET, "rejected the credentials"),
        (secret_of(COMPANY).updated(AxemaSecret({"api_key": "x"})), "refused the API key"),
    ],
)
def test_wrong_credentials_are_not_retried(axema: str, wrong: AxemaSecret, sentence: str) -> None:
    with pytest.raises(FatalError, match=sentence):
        connect(axema, COMPANY, secret=wrong).fetch(None, 1)
    assert state(axema, COMPANY)["requests"] <= 1


def test_unknown_vaka_system_is_an_error(axema: str) -> None:
    client_id = credentials(COMPANY).client_id
    stranger = connect(axema, "22222222-2222-4222-8222-222222222222", client_id=client_id, secret=secret_of(COMPANY))
    with pytest.raises(FatalError, match="does not know the VAKA system"):
        stranger.fetch(None, 1)


@pytest.mark.parametrize("kind", ["notJson", "wrongShape", "html"])
def test_error_of_a_malformed_page_names_the_page(axema: str, kind: str) -> None:
    steer(axema, COMPANY, malformed=kind)
    with pytest.raises(FatalError, match="response for page 7 is not a list of users"):
        connect(axema, COMPANY).fetch(None, 7)


@pytest.mark.parametrize("page_size", [None, 100])
def test_broken_records_are_reported_among_whole_ones(axema: str, page_size: int | None) -> None:
    steer(axema, COMPANY, badRecords=12, pageSize=page_size)
    records = [record for page in read_all(connect(axema, COMPANY)) for record in page]
    assert len(records) == 262
    broken = [record for record in records if isinstance(record, BrokenRecord)]
    assert {record.reason for record in broken} == {"The record has no user id.", "The record's name cannot be read."}


def test_records_of_one_user_in_an_unpaged_list_are_on_one_page(axema: str) -> None:
    steer(axema, COMPANY, users=2250, duplicate=400)
    pages = read_all(connect(axema, COMPANY))
    assert users_in(pages) == 2650
    for page in pages:
        elsewhere = {record.id for other in pages if other is not page for record in other}
        assert elsewhere.isdisjoint({record.id for record in page})
