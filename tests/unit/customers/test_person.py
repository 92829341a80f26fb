"""A person's content hash, by which a sync notices changes."""

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
