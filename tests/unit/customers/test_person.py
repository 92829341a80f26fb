"""A person's content hash, by which a sync notices changes, and the search for people."""

import hashlib
from dataclasses import replace
from typing import Any

import pytest

from bokabridge.customers.person import FIELD_NAMES, Person

ASA = Person("Åsa", "Öberg", "asa@example.com", "+46701740605")


@pytest.mark.parametrize("field", FIELD_NAMES)
def test_hash_changes_with_every_field(field: str) -> None:
    another: dict[str, Any] = {field: "another"}
    assert replace(ASA, **another).content_hash != ASA.content_hash


def test_hash_depends_on_the_field_that_has_the_value() -> None:
    assert Person("Åsa", "").content_hash != Person("", "Åsa").content_hash


def test_none_and_empty_text_give_the_same_hash() -> None:
    assert Person("Åsa", "Öberg", "", None).content_hash == Person("Åsa", "Öberg", None, "").content_hash


def test_hash_covers_only_the_fields_that_a_person_has_so_that_new_optional_fields_keep_it() -> None:
    expected = hashlib.sha256("first_name=Åsa\nlast_name=Öberg".encode()).hexdigest()[:32]
    assert Person("Åsa", "Öberg").content_hash == expected


@pytest.mark.parametrize("field", ["email", "phone"])
def test_absent_and_cleared_fields_differ_because_a_sync_writes_other_things(field: str) -> None:
    cleared = Person("Åsa", "Öberg")
    absent = replace(cleared, absent=frozenset({field}))
    assert absent != cleared
    assert absent.content_hash != cleared.content_hash
    assert len({absent, cleared, replace(absent)}) == 2


def test_hash_tells_which_field_is_absent() -> None:
    phone, email, both = ("phone",), ("email",), ("email", "phone")
    hashes = {Person("Åsa", "", absent=frozenset(absent)).content_hash for absent in (phone, email, both)}
    assert len(hashes) == 3


def test_absent_fields_are_not_written_and_empty_ones_are() -> None:
    person = Person("Åsa", "Öberg", absent=frozenset({"phone"}))
    assert person.written() == {"first_name": "Åsa", "last_name": "Öberg", "email": None}


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
    assert ASA.matches(text)


def test_search_finds_a_stored_name_that_is_not_tidy() -> None:
    assert Person("A\u030asa  Lena", "O\u0308berg").matches("Åsa Lena Öberg")


@pytest.mark.parametrize("text", ["Asa Oberg", "oberg", "Äsa"])
def test_search_tells_letters_with_dots_and_rings_from_those_without(text: str) -> None:
    assert not Person("Åsa", "Öberg").matches(text)


@pytest.mark.parametrize(
    "text",
    [
        "070-174 06 05", "0701740605", "+46 70 174 06 05", "46701740605", "0046701740605", "+46 (0)70-174 06 05",
        "(070) 174 06 05", "070/1740605", "070.174.06.05", "+460701740605", "174 06 05", "0605", "070-174",
        " 0701740605 ", "070\u00a0174\u00a006\u00a005", "\uff10\uff17\uff10\uff11\uff17\uff14",
    ],
)  # fmt: skip
def test_search_finds_a_phone_as_people_write_it(text: str) -> None:
    assert ASA.matches(text)


@pytest.mark.parametrize("text", ["070-174 06 06", "06 0", "7-0", "0701740605 hem", "+47701740605"])
def test_search_does_not_find_other_numbers_or_less_than_four_digits_of_one(text: str) -> None:
    assert not ASA.matches(text)


def test_search_finds_a_foreign_phone_without_a_swedish_zero() -> None:
    norwegian = Person("Åsa", "", phone="+4722123456")
    assert norwegian.matches("0047 22 12 34 56")
    assert not norwegian.matches("022 12 34 56")


@pytest.mark.parametrize("text", ["ASA@Example.com", "", "   ", "\u200b"])
def test_search_ignores_the_case_of_emails_and_an_empty_text_matches_everybody(text: str) -> None:
    assert ASA.matches(text)
