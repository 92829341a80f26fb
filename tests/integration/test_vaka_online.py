"""The VAKA Online adapter over real HTTP, against a VAKA Online that misbehaves."""

import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bokabridge.errors import FatalError, RetriableError
from bokabridge.settings.model import AxemaSecret
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


def test_an_unpaged_list_is_asked_for_once_however_many_pages_are_cut(axema: str) -> None:
    steer(axema, COMPANY, users=2250)
    source = connect(axema, COMPANY)
    pages = read_all(source)
    assert (users_in(pages), len(pages)) == (2250, 3)
    assert state(axema, COMPANY)["requests"] == 1


def test_the_token_is_kept_over_many_requests(axema: str) -> None:
    steer(axema, COMPANY, pageSize=50)
    read_all(connect(axema, COMPANY))
    assert (state(axema, COMPANY)["requests"], state(axema, COMPANY)["tokensIssued"]) == (5, 1)


def test_a_token_that_is_refused_is_renewed_once(axema: str) -> None:
    source = connect(axema, COMPANY)
    steer(axema, COMPANY, pageSize=100)
    first = source.fetch(None, 1)
    steer(axema, COMPANY, expireTokens=True)
    source.fetch(first.next_cursor, 2)
    assert state(axema, COMPANY)["tokensIssued"] == 2


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_busy_axema_is_asked_again_until_it_answers(axema: str, status: int) -> None:
    steer(axema, COMPANY, pageSize=100, failEvery=2, failStatus=status)
    assert users_in(read_all(connect(axema, COMPANY))) == 250


def test_retry_after_is_waited_for_and_not_beyond_the_time_there_is(axema: str) -> None:
    steer(axema, COMPANY, failEvery=1, failStatus=429, retryAfter=60)
    with pytest.raises(RetriableError, match="HTTP status 429"):
        connect(axema, COMPANY, give_up_after=2).fetch(None, 1)
    assert state(axema, COMPANY)["requests"] == 1


def test_an_axema_that_stays_away_is_given_up_with_a_sentence_that_names_the_page(axema: str) -> None:
    steer(axema, COMPANY, failEvery=1)
    with pytest.raises(RetriableError, match=r"Axema answered with HTTP status 500.*page 3.*Start it again"):
        connect(axema, COMPANY, give_up_after=1).fetch(None, 3)
    assert state(axema, COMPANY)["requests"] > 1


def test_an_answer_that_breaks_off_is_asked_for_again(axema: str) -> None:
    steer(axema, COMPANY, pageSize=100, dropAfterPage=1)
    assert users_in(read_all(connect(axema, COMPANY))) == 250
    assert state(axema, COMPANY)["faultsServed"] == 1


def test_nobody_listening_is_told_in_words() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(RetriableError, match=r"sign-in service could not be reached \(connection refused\)"):
            connect(url, COMPANY, give_up_after=0.1).fetch(None, 1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        (AxemaSecret(client_secret="wrong", api_key="x"), "rejected the credentials"),
        (AxemaSecret(), "rejected the credentials"),
        (replace(secret_of(COMPANY), api_key="x"), "refused the API key"),
    ],
)
def test_wrong_credentials_are_told_at_once_and_not_tried_again(axema: str, wrong: AxemaSecret, sentence: str) -> None:
    with pytest.raises(FatalError, match=sentence):
        connect(axema, COMPANY, secret=wrong).fetch(None, 1)
    assert state(axema, COMPANY)["requests"] <= 1


def test_an_unknown_vaka_system_is_told(axema: str) -> None:
    client_id = credentials(COMPANY).client_id
    stranger = connect(axema, "22222222-2222-4222-8222-222222222222", client_id=client_id, secret=secret_of(COMPANY))
    with pytest.raises(FatalError, match="does not know the VAKA system"):
        stranger.fetch(None, 1)


@pytest.mark.parametrize("kind", ["notJson", "wrongShape", "html"])
def test_a_malformed_page_is_an_error_that_names_it(axema: str, kind: str) -> None:
    steer(axema, COMPANY, malformed=kind)
    with pytest.raises(FatalError, match="answer for page 7 is not a list of users"):
        connect(axema, COMPANY).fetch(None, 7)


@pytest.mark.parametrize("page_size", [None, 100])
def test_broken_records_come_as_such_and_the_others_whole(axema: str, page_size: int | None) -> None:
    steer(axema, COMPANY, badRecords=12, pageSize=page_size)
    records = [record for page in read_all(connect(axema, COMPANY)) for record in page]
    assert len(records) == 262
    broken = [record for record in records if isinstance(record, BrokenRecord)]
    assert {record.reason for record in broken} == {"The record has no user id.", "The record's name cannot be read."}


def test_a_user_twice_in_an_unpaged_list_is_on_one_page(axema: str) -> None:
    steer(axema, COMPANY, users=2250, duplicate=400)
    pages = read_all(connect(axema, COMPANY))
    assert users_in(pages) == 2650
    for page in pages:
        elsewhere = {record.id for other in pages if other is not page for record in other}
        assert elsewhere.isdisjoint({record.id for record in page})
