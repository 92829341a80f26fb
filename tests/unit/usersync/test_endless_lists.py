"""Lists that never end: the sync fails soon, with the reason, whatever was synced before."""

from collections.abc import Callable, Sequence

import pytest

from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from bokabridge.errors import FatalError
from bokabridge.usersync.guards import MAX_IDLE_PAGES, MAX_REPEATED_PAGES
from bokabridge.usersync.people import AxemaUser, BrokenRecord, Record, UserPage
from tests.unit.usersync.paged import PagedSource, PagedWorld, user

type Fetch = Callable[[str | None, int], UserPage]


def someone(at: int) -> AxemaUser:
    return user(f"u{at}", f"Efternamn{at}, Förnamn", f"user{at}@example.com")


class Endless(PagedSource):
    """A source that calls a function for every page."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self.fetched = 0

    def fetch(self, cursor: str | None, page_number: int) -> UserPage:
        self.fetched += 1
        return self._fetch(cursor, page_number)


def circle(*names: str) -> Fetch:
    """The first page leads to the first token, each token to the next, and the last to the first."""

    def fetch(cursor: str | None, _: int) -> UserPage:
        at = names.index(cursor) + 1 if cursor else 0
        return UserPage([someone(at)], names[at % len(names)])

    return fetch


def new_tokens(records: Sequence[Record], first: Sequence[Record] = ()) -> Fetch:
    def fetch(cursor: str | None, page_number: int) -> UserPage:
        return UserPage(list(first if cursor is None and first else records), f"token-{page_number}")

    return fetch


def in_turn(*pages: Sequence[Record]) -> Fetch:
    def fetch(_: str | None, page_number: int) -> UserPage:
        return UserPage(list(pages[page_number % len(pages)]), f"token-{page_number}")

    return fetch


SIXTY = [someone(at) for at in range(60)]
LISTS: dict[str, tuple[Fetch, str, int]] = {
    "a token that leads to itself": (circle("a"), "points back to itself", 2),
    "A, B, A": (circle("a", "b"), "points back to an earlier page", 3),
    "A, B, C, A": (circle("a", "b", "c"), "points back to an earlier page", 4),
    "new tokens and empty pages": (new_tokens([], SIXTY), "have no users", 1 + MAX_IDLE_PAGES),
    "new tokens and only empty pages": (new_tokens([]), "have no users", MAX_IDLE_PAGES),
    "new tokens and the same people": (new_tokens(SIXTY), "only users of earlier pages", 1 + MAX_REPEATED_PAGES),
    "two pages in turn": (in_turn(SIXTY[:30], SIXTY[30:]), "only users of earlier pages", 2 + MAX_REPEATED_PAGES),
    "the same unreadable person": (
        new_tokens([BrokenRecord("u1", "odd")]),
        "only users of earlier pages",
        1 + MAX_REPEATED_PAGES,
    ),
}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("invocations", ["one", "one for each page"])
@pytest.mark.parametrize("before", [0, 60, 1500], ids="{} synced before".format)
def test_endless_list_fails_soon_with_the_reason(name: str, invocations: str, before: int) -> None:
    fetch, reason, pages = LISTS[name]
    world = PagedWorld([someone(at) for at in range(before)])
    if before:
        world.synced()
    world.source = source = Endless(fetch)  # type: ignore[assignment]
    job = world.start()
    with pytest.raises(FatalError, match=reason):
        world.run_to_the_end(job, lambda: invocations != "one")
    assert source.fetched == pages
    counters = world.counters(job)
    assert counters.found <= 60 * (2 + MAX_REPEATED_PAGES)
    assert counters.found == counters.created + counters.updated + counters.unchanged + counters.skipped


def test_some_empty_pages_and_repeated_people_do_not_stop_a_sync() -> None:
    pages = [SIXTY[:5], *[[]] * 10, SIXTY[:5], SIXTY[:5], SIXTY[5:10], [], SIXTY[:10]]
    counters, _ = PagedWorld(*pages).synced()
    assert (counters.found, counters.created, counters.skipped) == (30, 10, 20)


def test_people_who_appear_twice_are_not_called_unreadable() -> None:
    everybody = [someone(at) for at in range(600)]
    counters, _ = PagedWorld(everybody, everybody).synced()
    assert (counters.created, counters.skipped) == (600, 600)


def test_endless_list_of_a_person_with_two_customers_fails_as_well() -> None:
    anna = user("u1", "Berg, Anna", "anna@example.com")
    world = PagedWorld([])
    for number in ("1", "2"):
        person = Person("Anna", "Berg", "anna@example.com")
        world.customers.add_unlinked(Customer(f"customer-{number}", world.company_id, person, world.now, world.now))
    world.source = source = Endless(new_tokens([anna]))  # type: ignore[assignment]
    with pytest.raises(FatalError, match="only users of earlier pages"):
        world.run(world.start())
    assert source.fetched == 1 + MAX_REPEATED_PAGES
