"""VAKA Online's continuation tokens, and long lists in one response, whatever their records are."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.axema.cut import CUT_SIZE
from bokabridge.adapters.axema.vaka_online import MAX_TOKEN_CHARACTERS, VakaOnlineSource
from bokabridge.errors import FatalError
from bokabridge.usersync.people import BrokenRecord, UserPage
from local.axema.controls import BAD_TOKENS
from local.axema.simulator import AxemaSimulator
from tests.axema import connect, read_all, steer
from tests.data import COMPANY_ID
from tests.servers import serving


@contextmanager
def vaka(answer: Callable[[str | None], str]) -> Iterator[str]:
    """VAKA Online with this body for each continuation token."""

    def respond(request: Request) -> Response:
        if request.method == "POST":
            return Response('{"access_token": "token"}', content_type="application/json")
        return Response(answer(request.args.get("continuationToken")), content_type="application/json")

    with serving(respond) as url:
        yield url


def accounts(users: list[Any], token: object = ...) -> str:
    return json.dumps({"userAccounts": users} | ({} if token is ... else {"continuationToken": token}))


def people(count: int, start: int = 0) -> list[Any]:
    return [{"userId": f"user-{at:06}", "name": f"Alm{at}, Anna"} for at in range(start, start + count)]


BAD: list[tuple[object, str]] = [
    ("t" * 500_000, f"has more than {MAX_TOKEN_CHARACTERS} characters"),
    ("t\ud83d", "has control characters or is not Unicode"),
    ("t\n", "has control characters or is not Unicode"),
    ("\x00", "has control characters or is not Unicode"),
    (7, "is not a text"),
    (0, "is not a text"),
    (float("nan"), "is not a text"),
    (True, "is not a text"),
    (False, "is not a text"),
    (["t"], "is not a text"),
    ({"token": "t"}, "is not a text"),
]


@pytest.mark.parametrize(("token", "fault"), BAD, ids=lambda value: ascii(value)[:40])
def test_a_token_that_cannot_be_sent_back_is_named(token: object, fault: str) -> None:
    with vaka(lambda _: accounts(people(2), token)) as url, pytest.raises(FatalError) as error:
        connect(url, COMPANY_ID).fetch(None, 1)
    assert f"response for page 1 has a continuation token that {fault}" in str(error.value)
    assert "tart it again" not in str(error.value)


@pytest.mark.parametrize("token", [None, "", ...])
def test_a_response_without_a_token_is_the_whole_list(token: object) -> None:
    with vaka(lambda _: accounts(people(2), token)) as url:
        assert connect(url, COMPANY_ID).fetch(None, 1).next_cursor is None


@pytest.mark.parametrize("token", ["t" * MAX_TOKEN_CHARACTERS, "åäö 🙂", "a+b/c=&d%20", " "])
def test_a_token_of_any_text_is_sent_back_as_it_was(token: str) -> None:
    pages = {None: accounts(people(2), token), token: accounts(people(1, 2))}
    with vaka(pages.__getitem__) as url:
        first = connect(url, COMPANY_ID).fetch(None, 1)
        assert len(connect(url, COMPANY_ID).fetch(first.next_cursor, 2).records) == 1
    assert first.next_cursor is not None
    assert len(first.next_cursor.encode()) <= 2 * MAX_TOKEN_CHARACTERS


def test_a_token_that_points_back_to_itself_gives_the_same_cursor() -> None:
    with vaka(lambda token: accounts(people(2, 2 if token else 0), "same")) as url:
        source = connect(url, COMPANY_ID)
        second = source.fetch(None, 1).next_cursor
        assert source.fetch(second, 2).next_cursor == second


@pytest.mark.parametrize("is_new_invocation", [True, False])
def test_a_list_that_begins_to_be_paged_while_it_is_read_is_noticed(is_new_invocation: bool) -> None:
    with AxemaSimulator({COMPANY_ID: 2500}) as axema:
        source = connect(axema.url, COMPANY_ID)
        cursor = source.fetch(None, 1).next_cursor
        steer(axema.url, COMPANY_ID, pageSize=100)
        if not is_new_invocation:  # the response at hand is still whole
            assert len(source.fetch(cursor, 2).records) == CUT_SIZE
            return
        with pytest.raises(FatalError, match=r"changed between a list in one response .* Start it again"):
            connect(axema.url, COMPANY_ID).fetch(cursor, 2)


@pytest.mark.parametrize("users", [101, 250, 2500])
def test_a_list_that_ceases_to_be_paged_while_it_is_read_is_noticed(users: int) -> None:
    with AxemaSimulator({COMPANY_ID: users}) as axema:
        steer(axema.url, COMPANY_ID, pageSize=100)
        cursor = connect(axema.url, COMPANY_ID).fetch(None, 1).next_cursor
        steer(axema.url, COMPANY_ID, pageSize=None)
        with pytest.raises(FatalError, match=r"changed between a list in one response .* Start it again"):
            connect(axema.url, COMPANY_ID).fetch(cursor, 2)


def test_a_user_on_the_first_and_on_the_last_page_is_no_change_of_paging() -> None:
    pages = {None: accounts(people(2), "t"), "t": accounts([*people(1), *people(2, 2)])}
    with vaka(pages.__getitem__) as url:
        assert sum(map(len, read_all(connect(url, COMPANY_ID)))) == 5


def test_a_long_page_is_cut_and_the_token_is_followed_after_it() -> None:
    pages = {None: accounts(people(2500), "t"), "t": accounts(people(10, 2500))}
    with vaka(pages.__getitem__) as url:
        read = read_every_page_with_a_source_of_its_own(url)
    assert [len(page.records) for page in read] == [1000, 1000, 500, 10]
    assert len({record.id for page in read for record in page.records}) == 2510


def read_every_page_with_a_source_of_its_own(url: str) -> list[UserPage]:
    pages = [connect(url, COMPANY_ID).fetch(None, 1)]
    while pages[-1].next_cursor is not None:
        pages.append(connect(url, COMPANY_ID).fetch(pages[-1].next_cursor, len(pages) + 1))
    return pages


ODD: list[Any] = [
    {}, [], None, 7, "x", {"userId": ""}, {"userId": 1.5}, {"\ud83d": []}, {"userId": []},
]  # fmt: skip


@pytest.mark.parametrize("odd", ODD, ids=ascii)
def test_thousands_of_broken_records_are_spread_over_the_pages(odd: Any) -> None:
    users = [odd] * 2000 + people(3000)
    with vaka(lambda _: accounts(users)) as url:
        pages = read_every_page_with_a_source_of_its_own(url)
    assert [len(page.records) for page in pages] == [1000] * 5
    assert len({record.id for page in pages for record in page.records} - {None, odd_id(odd)}) == 3000
    if odd_id(odd) is None:
        assert all(300 < sum(isinstance(record, BrokenRecord) for record in page.records) < 500 for page in pages)


def odd_id(odd: Any) -> str | None:
    return odd["userId"] if isinstance(odd, dict) and isinstance(odd.get("userId"), str) and odd["userId"] else None


@pytest.mark.parametrize("user", [*people(1), {"userId": "u\ud83d"}], ids=ascii)
def test_a_user_who_is_listed_thousands_of_times_is_on_pages_of_bounded_length(user: Any) -> None:
    users = [user] * 5000 + people(3000, 1)
    with vaka(lambda _: accounts(users)) as url:
        pages = read_every_page_with_a_source_of_its_own(url)
    assert sum(len(page.records) for page in pages) == 8000
    assert max(len(page.records) for page in pages) <= 2 * CUT_SIZE


@pytest.mark.parametrize("cursor", ["500", "after:user-7", "token:t", '{"offset":5}', "", "[]"])
def test_a_cursor_of_another_connection_or_release_asks_to_start_again(cursor: str) -> None:
    with vaka(lambda _: accounts([])) as url, pytest.raises(FatalError, match=r"cannot continue .* Start it again"):
        connect(url, COMPANY_ID).fetch(cursor, 2)


@pytest.mark.parametrize("kind", BAD_TOKENS)
def test_the_simulator_can_send_a_bad_token(kind: str) -> None:
    with AxemaSimulator({COMPANY_ID: 250}) as axema:
        steer(axema.url, COMPANY_ID, pageSize=100, badToken=kind)
        source: VakaOnlineSource = connect(axema.url, COMPANY_ID)
        with pytest.raises(FatalError, match="continuation token"):
            source.fetch(None, 1)
