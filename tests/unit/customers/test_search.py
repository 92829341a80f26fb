"""The search for customers: whom a text matches, and the keys under which an index finds them."""

from datetime import UTC, datetime

import pytest

from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from bokabridge.customers.search import MAX_NAME_KEYS, PhoneStart, name_keys, phone_end_key, phone_key, read_search
from tests.data import COMPANY_ID

ASA = Person("Åsa", "Öberg", "asa@example.com", "+46701740605")
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def matches(person: Person, text: str) -> bool:
    return read_search(text).matches(Customer("customer-1", COMPANY_ID, person, NOON, NOON))


@pytest.mark.parametrize(
    "text",
    [
        "A\u030asa",
        "  åsa ",
        "Åsa  Öberg",
        "Åsa\u00a0\tÖberg",
        "Å\u00adsa",
        "\u200bÅsa\ufeff",
        "ÖBERG ÅSA",
        "öberg, åsa",
    ],
)
def test_search_ignores_composition_case_order_blanks_and_invisible_characters(text: str) -> None:
    assert matches(ASA, text)


def test_search_finds_a_stored_name_that_is_not_tidy() -> None:
    assert matches(Person("A\u030asa  Lena", "O\u0308berg"), "Åsa Lena Öberg")


@pytest.mark.parametrize("text", ["Asa Oberg", "oberg", "Äsa"])
def test_search_tells_letters_with_dots_and_rings_from_those_without(text: str) -> None:
    assert not matches(Person("Åsa", "Öberg"), text)


@pytest.mark.parametrize(
    "text",
    [
        "070-174 06 05", "0701740605", "+46 70 174 06 05", "46701740605", "0046701740605", "+46 (0)70-174 06 05",
        "(070) 174 06 05", "070/1740605", "070.174.06.05", "+460701740605", "174 06 05", "0605", "070-174",
        " 0701740605 ", "070\u00a0174\u00a006\u00a005", "\uff10\uff17\uff10\uff11\uff17\uff14",
    ],
)  # fmt: skip
def test_search_finds_a_phone_as_people_write_it(text: str) -> None:
    assert matches(ASA, text)


@pytest.mark.parametrize("text", ["070-174 06 06", "06 0", "7-0", "0701740605 hem", "+47701740605"])
def test_search_does_not_find_other_numbers_or_less_than_four_digits_of_one(text: str) -> None:
    assert not matches(ASA, text)


def test_search_finds_a_foreign_phone_without_a_swedish_zero() -> None:
    norwegian = Person("Åsa", "", phone="+4722123456")
    assert matches(norwegian, "0047 22 12 34 56")
    assert not matches(norwegian, "022 12 34 56")


@pytest.mark.parametrize("text", ["ASA@Example.com", "", "   ", "\u200b"])
def test_search_ignores_the_case_of_emails_and_an_empty_text_matches_everybody(text: str) -> None:
    assert matches(ASA, text)


@pytest.mark.parametrize("text", ["22 12 34 56", "+47 22 12", "4722", "3456"])
def test_search_finds_a_foreign_phone_as_people_write_it_in_its_country(text: str) -> None:
    assert matches(Person("Åsa", "", phone="+4722123456"), text)


@pytest.mark.parametrize("text", ["å ö", "öberg åsa", "berg-", "lena", "åsa-lena", "1201", "lgh 12", "Lena, Öberg"])
def test_each_word_of_a_search_begins_a_word_of_the_name_in_any_order(text: str) -> None:
    assert matches(Person("Åsa-Lena", "Öberg (Berg) Lgh 1201"), text)


@pytest.mark.parametrize(
    "text", ["erg", "ena", "lena karin", "example.com", "201", "åsa asa@example.com", "@example.com"]
)
def test_search_does_not_find_the_middle_of_a_word(text: str) -> None:
    assert not matches(Person("Åsa-Lena", "Öberg Lgh 1201", "asa@example.com"), text)


def test_search_may_begin_with_the_longest_words_of_a_long_name_and_compares_all_of_them() -> None:
    person = Person("Anna Maria Karin", "af Ekfors von Berg Lgh 1201")
    assert len(name_keys(person.first_name, person.last_name)) == MAX_NAME_KEYS
    assert all(matches(person, text) for text in ("karin", "1201", "af ekfors", "von berg anna"))
    assert not matches(person, "af")


def test_a_name_has_a_key_for_each_of_its_words() -> None:
    assert name_keys("Anna Maria", "Berg-Lind") == [
        *("anna maria berg lind", "maria anna berg lind", "berg anna maria lind", "lind anna maria berg"),
    ]
    assert (name_keys("Anna", "ANNA"), name_keys("", "***"), name_keys("", "")) == (["anna"], ["***"], [])


@pytest.mark.parametrize("name", ["x" * 200, "\u0390" * 200, "\ufb03" * 200, "\U0001f600" * 200 + " \U0001f600" * 100])
def test_keys_fit_into_an_index(name: str) -> None:
    assert all(0 < len(key.encode()) <= 1024 for key in name_keys(name, name))
    assert matches(Person(name, name), name)


@pytest.mark.parametrize(
    ("phone", "key"),
    [
        ("+46701740605", "701740605+46"), ("+4722123456", "22123456+47"), ("+15551234567", "5551234567+1"),
        ("+358401234567", "401234567+358"), (None, None), ("typed by hand", None),
    ],
)  # fmt: skip
def test_a_phone_has_a_key_by_its_country(phone: str | None, key: str | None) -> None:
    assert phone_key(phone) == key


def test_the_last_digits_of_a_phone_have_a_key() -> None:
    assert (phone_end_key("+46701740605"), phone_end_key(None), phone_end_key("?")) == ("50604710764", None, None)


def test_digits_without_a_zero_are_of_any_country() -> None:
    assert read_search("4670174").phones == (PhoneStart("70174", "46"), PhoneStart("4670174"))
    assert read_search("070174").phones == (PhoneStart("70174", "46"),)
    assert read_search("0046").phones == read_search("+46 1").phones == read_search("070").phones == ()
