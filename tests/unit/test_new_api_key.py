"""The command that issues an API key."""

from datetime import UTC, datetime, timedelta

import pytest

from admin.new_api_key import new_api_key
from bokabridge.auth.api_key import hash_of
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.principal import READ, WRITE
from bokabridge.errors import Unauthenticated
from tests.data import COMPANY_ID

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(("role", "granted"), [("read", READ), ("write", WRITE)])
def test_new_key_has_the_given_company_and_role(role: str, granted: str) -> None:
    store = InMemoryApiKeys()
    stored = store.find(hash_of(new_api_key(store, COMPANY_ID, role)))
    assert stored is not None
    caller = stored.principal("192.0.2.1", NOW)
    assert (caller.company_id, caller.roles) == (COMPANY_ID, frozenset({granted}))


def test_new_key_expires_at_the_given_time() -> None:
    store = InMemoryApiKeys()
    stored = store.find(hash_of(new_api_key(store, COMPANY_ID, "write", NOW + timedelta(days=90))))
    assert stored is not None
    assert stored.principal("192.0.2.1", NOW + timedelta(days=89)).company_id == COMPANY_ID
    with pytest.raises(Unauthenticated):
        stored.principal("192.0.2.1", NOW + timedelta(days=90))


def test_every_new_key_is_different() -> None:
    store = InMemoryApiKeys()
    assert new_api_key(store, COMPANY_ID, "write") != new_api_key(store, COMPANY_ID, "write")
