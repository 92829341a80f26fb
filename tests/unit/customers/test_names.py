"""Names that can be one person's, and names that cannot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bokabridge.customers.names import names_compatible
from bokabridge.customers.person import Person


def named(name: str) -> Person:
    """A person from "First|Last"."""
    first, _, last = name.partition("|")
    return Person(first, last)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Anna|Berg", "Anna|Berg"),
        ("Berg|Anna", "Anna|Berg"),
        ("Anna|Berg", "Anna Maria|Berg"),
        ("Maria|Ek", "Anna Maria|Berg"),
        ("Anna|Berg", "Anna|Öberg"),
        ("Anna-Karin|Ek", "Anna Karin|Berg"),
        ("Anna|Berg-Ek", "Anna|Ek"),
        ("Anna|von Ekfors", "Anna|Ekfors"),
        ("Omar|al-Hassan", "Omar|Hassan"),
        ("Anna|Berg-von Ekfors", "Anna|Berg Ekfors"),
        ("ANNA|BERG", "anna|berg"),
        ("O\u0308sten|Berg", "Östen|Ek"),
        ("An\u00adna|Ek", "Anna|Berg"),
        ("A.|Berg", "Anna|Berg"),
        ("Anna M|Berg", "Anna Maria|Berg"),
        ("Anna|Berg Lgh 1201", "Anna|Berg"),
        ("|Berg", "Anna|Berg"),
        ("|", "Anna|Berg"),
        ("Brf Solen|", "BRF|Solen"),
    ],
)
def test_names_of_one_person_are_compatible(one: str, other: str) -> None:
    assert names_compatible(named(one), named(other))
    assert names_compatible(named(other), named(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bodil|Berg", "Adam|Berg"),
        ("Adam|Ek", "Bodil|Berg"),
        ("Karl-Erik|Berg", "Karl-Johan|Berg"),
        ("Karl-Erik|Berg", "Lars-Erik|Berg"),
        ("Anna|von Ekfors", "Bo|von Ekfors"),
        ("A.|Berg", "Bo|Berg"),
        ("A.|Berg", "Anna|Ek"),
        ("A.|Berg", "A.|Ek"),
        ("Bo|", "Bodil|Berg"),
        ("Brf Solen|", "Brf Björken|"),
        ("Brf Solen|", "Anna|Berg"),
        ("Städ AB|", "Städ & Puts AB|"),
        ("Lgh 1201|", "Lgh 1202|"),
        ("Lgh 1201|", "Anna|Berg"),
        ("Åsa|Ek", "Asa|Berg"),
    ],
)
def test_names_of_two_people_are_not_compatible(one: str, other: str) -> None:
    assert not names_compatible(named(one), named(other))
    assert not names_compatible(named(other), named(one))


PEOPLE = st.builds(Person, st.text(max_size=30), st.text(max_size=30))


@given(PEOPLE, PEOPLE)
def test_comparing_names_does_not_depend_on_their_order(one: Person, other: Person) -> None:
    assert names_compatible(one, other) is names_compatible(other, one)
    assert names_compatible(one, one)
