"""The content hash of a person, by which a sync notices changes."""

import hashlib
from dataclasses import fields, replace

import pytest

from bokabridge.customers.person import Person

ASA = Person("Åsa", "Öberg", "asa@example.com", "+46701740605")


@pytest.mark.parametrize("field", [field.name for field in fields(Person)])
def test_hash_changes_with_every_field(field: str) -> None:
    assert replace(ASA, **{field: "another"}).content_hash != ASA.content_hash


def test_hash_depends_on_the_field_that_has_the_value() -> None:
    assert Person("Åsa", "").content_hash != Person("", "Åsa").content_hash


def test_absent_and_empty_fields_give_the_same_hash() -> None:
    assert Person("Åsa", "Öberg", "", None).content_hash == Person("Åsa", "Öberg", None, "").content_hash


def test_hash_covers_only_the_fields_that_a_person_has_so_that_new_optional_fields_keep_it() -> None:
    expected = hashlib.sha256("first_name=Åsa\nlast_name=Öberg".encode()).hexdigest()[:32]
    assert Person("Åsa", "Öberg").content_hash == expected
