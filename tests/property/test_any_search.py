"""Any name is found by the beginning of any of its words, however a caller writes it, and any text can be searched."""

import unicodedata
from datetime import UTC, datetime

from hypothesis import assume, given
from hypothesis import strategies as st

from bokabridge.customers.model import Customer
from bokabridge.customers.person import Person
from bokabridge.customers.search import MAX_NAME_KEYS, name_keys, read_search, words_of
from tests.data import COMPANY_ID

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

letters = st.characters(categories=["L", "M", "Nd"])
names = st.lists(st.text(letters, min_size=1, max_size=12), max_size=3).map(" ".join)
texts = st.text(max_size=60)


def customer(first_name: str, last_name: str) -> Customer:
    return Customer("customer-1", COMPANY_ID, Person(first_name, last_name), NOON, NOON)


@given(names, names, st.data())
def test_name_is_found_by_the_beginning_of_its_words(first_name: str, last_name: str, data: st.DataObject) -> None:
    words = words_of(f"{first_name} {last_name}")
    assume(len(words) <= MAX_NAME_KEYS)
    wanted = data.draw(st.lists(st.sampled_from(words), min_size=1, max_size=3)) if words else []
    begun = [word[: data.draw(st.integers(1, len(word)))] for word in wanted]
    beginnings = [each for each in begun if words_of(each) == [each]]  # a mark alone may be composed with another one
    for text in (" ".join(beginnings), unicodedata.normalize("NFD", "-".join(beginnings))):
        assert read_search(text).matches(customer(first_name, last_name)), text


@given(texts, texts, texts)
def test_any_text_can_be_searched_in_any_name(text: str, first_name: str, last_name: str) -> None:
    found = read_search(text)
    assert found.matches(customer(first_name, last_name)) in (True, False)
    assert all(key.strip() and len(key.encode()) <= 1024 for key in name_keys(first_name, last_name))
    assert all(start.national for start in found.phones)
    assert found.longest_word or not found.words
