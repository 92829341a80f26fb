"""The search of every CustomerDirectory."""

import pytest

from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.customers.search import MAX_MATCHES, read_search
from bokabridge.paging import Window
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.directories import Directory, write

TEN = Window(0, 10)


def total(customers: Directory, text: str) -> int:
    return customers.search(COMPANY_ID, read_search(text), Window(0, 0)).total


def ids(customers: Directory, text: str, window: Window = TEN, after: str | None = None) -> list[str]:
    found = customers.search(COMPANY_ID, read_search(text), window, after)
    return [customer.id for customer in found.results]


@pytest.mark.parametrize(
    "text",
    [
        "öberg7",
        "ÖBERG7",
        "O\u0308berg7",
        "Åsa Öberg7",
        "Öberg7, Åsa",
        "öb åsa öberg7",
        "asa7@",
        "070-174 06 07",
        "0607",
    ],
)
def test_search_finds_beginnings_of_names_and_emails_and_the_digits_of_phones(customers: Directory, text: str) -> None:
    customers.apply(
        COMPANY_ID, [write(Change.Create, at, f"asa{at}@example.com", f"+4670174060{at}") for at in range(10)]
    )
    assert ids(customers, text) == ["customer-007"]


@pytest.mark.parametrize("text", ["bergqvist", "Anna Maria", "maria a", "Lgh 12", "1201", "lgh", "lind anna bergq"])
def test_search_finds_every_word_of_a_name(customers: Directory, text: str) -> None:
    names = [("Anna Maria", "Lind-Bergqvist Lgh 1201"), ("Annika", "Lindberg")]
    people = [Person(*name) for name in names]
    writes = [CustomerWrite(Change.Create, f"customer-{at}", "user", person) for at, person in enumerate(people)]
    customers.apply(COMPANY_ID, writes)
    assert ids(customers, text) == ["customer-0"]


def test_search_follows_changes_of_a_person(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, 1, "asa@example.com", "+46701740605")])
    person = Person("Anna", "Berg", None, None, frozenset({"phone"}))
    customers.apply(COMPANY_ID, [CustomerWrite(Change.Update, "customer-001", "user-1", person)])
    found = {text: ids(customers, text) for text in ("anna", "berg", "öberg", "asa@", "0701740605", "0605")}
    here = ["customer-001"]
    assert found == {"anna": here, "berg": here, "öberg": [], "asa@": [], "0701740605": here, "0605": here}
    customers.apply(COMPANY_ID, [CustomerWrite(Change.Update, "customer-001", "user-1", Person("Anna", "Berg"))])
    assert ids(customers, "0701740605") == ids(customers, "0605") == []


@pytest.mark.parametrize("person", [Person("Å" * 200, "Ö" * 200), Person("ΐ" * 200, "ΐ " * 100), Person("***", "&")])
def test_every_name_can_be_stored_and_found(customers: Directory, person: Person) -> None:
    customers.apply(COMPANY_ID, [CustomerWrite(Change.Create, "customer-1", "user-1", person)])
    assert ids(customers, person.first_name) == ids(customers, person.last_name) == ["customer-1"]


def test_search_finds_ids(customers: Directory) -> None:
    guid = "0198c1d0-0000-7000-8000-00000000abcd"
    person = Person("Åsa", "Öberg")
    writes = [CustomerWrite(Change.Create, each, "user-1", person) for each in (guid, guid.replace("d", "e"))]
    customers.apply(COMPANY_ID, writes)
    assert [ids(customers, text) for text in (guid, guid.upper(), f" {{{guid}}} ", COMPANY_ID)] == [[guid]] * 3 + [[]]


def test_search_finds_nobody_of_another_company(customers: Directory) -> None:
    customers.apply(OTHER_COMPANY_ID, [write(Change.Create, 1, "asa@example.com", "+46701740605")])
    assert [ids(customers, text) for text in ("öberg1", "asa@example.com", "0701740605", "0605")] == [[]] * 4


def test_search_counts_all_matches_and_returns_a_window_in_the_order_of_ids(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, at) for at in range(9, -1, -1)])
    page = customers.search(COMPANY_ID, read_search("öberg"), Window(8, 5))
    assert (page.offset, page.total) == (8, 10)
    assert [customer.id for customer in page.results] == ["customer-008", "customer-009"]
    assert ids(customers, "öberg", Window(0, 2), "customer-003") == ["customer-004", "customer-005"]
    assert ids(customers, "öberg", Window(1, 2), "customer-003") == ["customer-005", "customer-006"]


def test_search_has_a_bound(customers: Directory) -> None:
    customers.apply(COMPANY_ID, [write(Change.Create, at) for at in range(MAX_MATCHES + 20)])
    assert total(customers, "å") == MAX_MATCHES
    assert ids(customers, "åsa öberg1019") == ["customer-1019"], "It compares more than it finds."
