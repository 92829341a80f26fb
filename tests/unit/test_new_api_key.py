"""An API key as an operator issues it."""

from datetime import UTC, datetime, timedelta

import pytest

from admin.new_api_key import new_api_key
from bokabridge.auth.api_key import hash_of
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.principal import READ, WRITE
from bokabridge.errors import Unauthenticated

COMPANY = "11111111-1111-4111-8111-111111111111"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(("role", "granted"), [("read", READ), ("write", WRITE)])
def test_a_new_key_lets_its_company_in_with_the_role_that_was_said(role: str, granted: str) -> None:
    store = InMemoryApiKeys()
    stored = store.find(hash_of(new_api_key(store, COMPANY, role)))
    assert stored is not None
    caller = stored.principal("192.0.2.1", NOW)
    assert (caller.company_id, caller.roles) == (COMPANY, frozenset({granted}))


def test_a_new_key_ends_when_it_was_said_to() -> None:
    store = InMemoryApiKeys()
    stored = store.find(hash_of(new_api_key(store, COMPANY, "write", NOW + timedelta(days=90))))
    assert stored is not None
    assert stored.principal("192.0.2.1", NOW + timedelta(days=89)).company_id == COMPANY
    with pytest.raises(Unauthenticated):
        stored.principal("192.0.2.1", NOW + timedelta(days=90))


def test_no_two_keys_are_the_same() -> None:
    store = InMemoryApiKeys()
    assert new_api_key(store, COMPANY, "write") != new_api_key(store, COMPANY, "write")
