"""A local endpoint whose `offset` or `total` is wrong: it is refused with the reason, or read to its true end."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.errors import FatalError
from bokabridge.usersync.people import UserPage
from local.axema.simulator import AxemaSimulator
from tests.axema import connect_locally, read_all, steer
from tests.data import COMPANY_ID
from tests.servers import serving

MOST_PAGES = 20

Answer = Callable[[int, int], tuple[list[Any], object]]
"""From offset and limit to users and `total`. No `total` if it is `...`."""


@contextmanager
def system(answer: Answer) -> Iterator[str]:
    """A local endpoint that answers so."""

    def respond(request: Request) -> Response:
        users, total = answer(int(request.args["offset"]), int(request.args["limit"]))
        body = {"users": users} if total is ... else {"users": users, "total": total}
        return Response(json.dumps(body), content_type="application/json")

    with serving(respond) as url:
        yield url


def people(count: int, start: int = 0) -> list[Any]:
    return [{"id": f"user-{at}", "name": f"Alm{at}, Anna"} for at in range(start, start + count)]


def read(url: str) -> list[UserPage]:
    """All pages. Each is read by a source of its own, as if every page had an invocation of its own."""
    pages: list[UserPage] = []
    while not pages or pages[-1].next_cursor is not None:
        assert len(pages) < MOST_PAGES
        cursor = pages[-1].next_cursor if pages else None
        assert cursor is None or (cursor.isascii() and len(cursor) <= 600)
        pages.append(connect_locally(url, COMPANY_ID).fetch(cursor, len(pages) + 1))
    return pages


def ids(pages: list[UserPage]) -> list[str | None]:
    return [record.id for page in pages for record in page.records]


def known(count: int) -> list[str]:
    return [f"user-{at}" for at in range(count)]


EVERYONE = people(250)


def by_hundreds(offset: int, limit: int) -> list[Any]:
    return EVERYONE[offset : offset + min(limit, 100)]


WITHOUT_OFFSET: dict[str, Answer] = {
    "ignored": lambda _, limit: (EVERYONE[:limit], 1000),
    "ignored, with a limit of its own": lambda *_: (EVERYONE[:100], 250),
    "ignored, in another order": lambda offset, _: (EVERYONE[:100][:: -1 if offset else 1], 250),
    "ignored, with a huge total": lambda *_: (EVERYONE[:100], 10**300),
    "ignored, with a total that grows": lambda offset, _: (EVERYONE[:100], offset + 1000),
    "ignored, without a total": lambda *_: (EVERYONE[:100], ...),
    "ignored, with a total that is too small": lambda *_: (EVERYONE[:100], 50),
    "halved": lambda offset, limit: (by_hundreds(offset // 2, limit), 250),
    "with pages that overlap": lambda offset, limit: (by_hundreds(max(0, offset - 40), limit), 250),
    "counted in pages": lambda offset, limit: (by_hundreds(offset * 100, limit), 250),
    "counted in pages, without a total": lambda offset, limit: (by_hundreds(offset * 100, limit), ...),
    "counted in small pages": lambda offset, _: (EVERYONE[offset * 2 : offset * 2 + 2][: 5 - offset * 2], 5),
    "always the last page": lambda *_: (EVERYONE[200:], 250),
    "always the last page after the end": lambda offset, limit: (by_hundreds(min(offset, 150), limit), ...),
    "back at the beginning after the end": lambda offset, limit: (by_hundreds(offset % 200, limit), 10**6),
}


@pytest.mark.parametrize("answer", WITHOUT_OFFSET.values(), ids=WITHOUT_OFFSET)
def test_a_system_that_does_not_respect_the_offset_is_refused_with_the_reason(answer: Answer) -> None:
    with (
        system(answer) as url,
        pytest.raises(FatalError, match=r"Axema's response for page [2-4] .*respect the offset"),
    ):
        read(url)


WRONG_TOTALS: list[object] = [..., None, -1, 0, 1, 99, 100, 249, 250.5, "250", "many", [], {}, True, 10**30, 1e300]


@pytest.mark.parametrize("total", WRONG_TOTALS, ids=str)
@pytest.mark.parametrize("count", [1, 2, 100, 250])
def test_a_wrong_total_does_not_end_the_list(total: object, count: int) -> None:
    def answer(offset: int, limit: int) -> tuple[list[Any], object]:
        return by_hundreds(offset, limit)[: max(0, count - offset)], total

    with system(answer) as url:
        assert ids(read(url)) == known(count)


def test_a_total_that_counts_the_page_does_not_end_the_list() -> None:
    with system(lambda offset, limit: (by_hundreds(offset, limit), len(by_hundreds(offset, limit)))) as url:
        assert ids(read(url)) == known(250)


@pytest.mark.parametrize("total", [250.0, "250", " 250 "])
def test_a_right_total_may_be_any_number(total: object) -> None:
    with system(lambda offset, limit: (by_hundreds(offset, limit), total)) as url:
        assert ids(read(url)) == known(250)


UNLISTED = {
    "first": {0},
    "in the middle": {50},
    "on two pages": {50, 120},
    "last": {249},
    "all from 200 on": set(range(200, 250)),
    "a page": set(range(100, 110)),
    "some everywhere": {5, 55, 105, 155, 205, 249},
}


@pytest.mark.parametrize("most", [100, 500])
@pytest.mark.parametrize("unlisted", UNLISTED.values(), ids=UNLISTED)
def test_records_that_are_counted_and_never_sent_are_told_and_cost_nobody(unlisted: set[int], most: int) -> None:
    def answer(offset: int, limit: int) -> tuple[list[Any], object]:
        indexes = range(offset, min(offset + min(limit, most), 250))
        return [EVERYONE[at] for at in indexes if at not in unlisted], 250

    sent = [name for at, name in enumerate(known(250)) if at not in unlisted]
    with system(answer) as url:
        pages = read(url)
    assert ids(pages) == sent
    notices = [page.notice for page in pages]
    assert notices[:-1] == [None] * (len(pages) - 1)
    assert (notices[-1] or "").startswith(f"Axema counted 250 users, but its list had {len(sent)}.")


def test_a_list_that_is_complete_has_no_notice() -> None:
    with system(lambda offset, limit: (by_hundreds(offset, limit), 250)) as url:
        assert [page.notice for page in read(url)] == [None, None, None]


@pytest.mark.parametrize("joined", [1, 10])
def test_people_who_join_at_the_front_during_the_sync_are_not_read_as_doubles(joined: int) -> None:
    def answer(offset: int, limit: int) -> tuple[list[Any], object]:
        listed = [*people(joined, 1000), *EVERYONE] if offset else EVERYONE
        return listed[offset : offset + min(limit, 100)], len(listed)

    with system(answer) as url:
        assert ids(read(url)) == known(250)


@pytest.mark.parametrize("left", [1, 10, 100, 200, 250])
def test_a_list_that_shrinks_during_the_sync_ends(left: int) -> None:
    def answer(offset: int, limit: int) -> tuple[list[Any], object]:
        listed = EVERYONE[: 250 - left] if offset else EVERYONE
        return listed[offset : offset + min(limit, 100)], len(listed)

    with system(answer) as url:
        assert ids(read(url)) == known(max(100, 250 - left))


def test_people_who_may_be_missed_because_others_left_during_the_sync_are_told() -> None:
    def answer(offset: int, limit: int) -> tuple[list[Any], object]:
        listed = EVERYONE[10:] if offset else EVERYONE
        return listed[offset : offset + min(limit, 100)], len(listed)

    with system(answer) as url:
        pages = read(url)
    assert len(ids(pages)) == 240
    assert (pages[-1].notice or "").startswith("Axema counted 250 users, but its list had 240.")


def test_a_system_that_refuses_an_offset_after_the_end_is_read() -> None:
    def respond(request: Request) -> Response:
        if int(request.args["offset"]) >= 3:
            return Response(status=500)
        return Response(json.dumps({"users": people(3), "total": 3}), content_type="application/json")

    with serving(respond) as url:
        assert ids(read(url)) == known(3)


@pytest.mark.parametrize(
    "odd", ['"\\ud83d"', "7", "[[]]", '{"id":"\\ud83d"}', '{"id":' + "9" * 5000 + "}", "[" * 900 + "]" * 900]
)
def test_a_record_of_any_form_does_not_stop_its_page(odd: str) -> None:
    listed = [json.dumps(user) for user in people(5)] + [odd]

    def respond(request: Request) -> Response:
        offset = int(request.args["offset"])
        body = f'{{"users":[{",".join(listed[offset : offset + 3])}],"total":6}}'
        return Response(body, content_type="application/json")

    with serving(respond) as url:
        assert ids(read(url))[:5] == known(5)


@pytest.mark.parametrize("cursor", ["500", "after:user-7", '{"token":"x","is_paged":true}', "", "[]", '{"offset":"5"}'])
def test_a_cursor_of_another_connection_or_release_asks_to_start_again(cursor: str) -> None:
    with system(lambda *_: ([], 0)) as url, pytest.raises(FatalError, match=r"cannot continue .* Start it again"):
        connect_locally(url, COMPANY_ID).fetch(cursor, 2)


@pytest.mark.parametrize(
    "controls",
    [{"localPaging": kind} for kind in ("ignoresOffset", "halvesOffset", "countsPages", "lastPage")],
    ids=str,
)
def test_the_simulator_can_misread_the_offset(controls: dict[str, str]) -> None:
    with AxemaSimulator({COMPANY_ID: 250}) as axema:
        steer(axema.url, COMPANY_ID, pageSize=100, **controls)
        with pytest.raises(FatalError, match="respect the offset"):
            read(axema.url)


def test_the_simulator_can_count_records_that_it_does_not_list() -> None:
    with AxemaSimulator({COMPANY_ID: 250}) as axema:
        steer(axema.url, COMPANY_ID, pageSize=100, unlisted=7)
        assert sum(map(len, read_all(connect_locally(axema.url, COMPANY_ID)))) == 243
        steer(axema.url, COMPANY_ID, unlisted=0, total=10)
        assert sum(map(len, read_all(connect_locally(axema.url, COMPANY_ID)))) == 250
