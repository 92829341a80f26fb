"""From what a caller shows to who they are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.authorise import authorise
from bokabridge.auth.credentials import Credentials
from bokabridge.auth.fakes import InMemoryApiKeys, KnownTokens
from bokabridge.auth.principal import READ, SUPERADMIN, WRITE, Principal
from bokabridge.errors import Forbidden, Unauthenticated

OWN = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GUID = "0d4f6a3c-9d6e-4a54-8a3b-2f0c7d3b5e11"
KEY = ApiKey(hash_of(GUID), OWN, frozenset({WRITE}))

TOKENS = KnownTokens(
    {
        "own": Principal("anna", OWN, frozenset({READ})),
        "other": Principal("olle", OTHER, frozenset({WRITE})),
        "nowhere": Principal("nils", None, frozenset({WRITE})),
        "super": Principal("signe", OTHER, frozenset({SUPERADMIN})),
    }
)


def caller(
    *, token: str | None = None, key: str | None = None, source_ip: str = "192.0.2.1", stored: ApiKey = KEY
) -> Principal:
    keys = InMemoryApiKeys()
    keys.put(stored)
    return authorise(Credentials(token, key, source_ip), tokens=TOKENS, api_keys=keys, clock=lambda: NOON)


def test_a_token_alone_says_who_is_calling() -> None:
    assert caller(token="own").subject == "anna"


@pytest.mark.parametrize("written", [GUID, GUID.upper(), GUID.replace("-", ""), "{" + GUID + "}", f" {GUID} "])
def test_a_key_alone_says_the_company_and_the_roles(written: str) -> None:
    found = caller(key=written)
    assert found.company_id == OWN
    assert found.roles == {WRITE}
    assert GUID not in found.subject


def test_beside_a_key_the_token_decides_the_roles() -> None:
    assert caller(token="own", key=GUID) == Principal("anna", OWN, frozenset({READ}))


@pytest.mark.parametrize("token", ["other", "nowhere"])
def test_a_key_of_another_company_than_the_token_is_forbidden(token: str) -> None:
    with pytest.raises(Forbidden):
        caller(token=token, key=GUID)


def test_a_superadmins_token_goes_with_any_companys_key() -> None:
    assert caller(token="super", key=GUID) == Principal("signe", OTHER, frozenset({SUPERADMIN}))


@pytest.mark.parametrize(
    ("token", "key"),
    [
        (None, None),
        ("unknown", None),
        ("unknown", GUID),
        ("own", "6c1b1c52-5f11-4ed9-8b6e-6f0f0f6f7a01"),
        ("super", "6c1b1c52-5f11-4ed9-8b6e-6f0f0f6f7a01"),
        (None, "6c1b1c52-5f11-4ed9-8b6e-6f0f0f6f7a01"),
        (None, "no guid"),
        (None, KEY.key_hash),
    ],
)
def test_whatever_is_shown_must_be_good(token: str | None, key: str | None) -> None:
    with pytest.raises(Unauthenticated):
        caller(token=token, key=key)


@pytest.mark.parametrize(
    "stored",
    [
        replace(KEY, active=False),
        replace(KEY, expires_at=NOON),
        replace(KEY, expires_at=NOON - timedelta(days=1)),
        replace(KEY, allowed=("198.51.100.7", "203.0.113.0/24")),
        replace(KEY, allowed=("everywhere",)),
    ],
)
def test_a_key_that_may_not_be_used_is_as_if_there_were_none(stored: ApiKey) -> None:
    with pytest.raises(Unauthenticated):
        caller(key=GUID, stored=stored)


@pytest.mark.parametrize("source_ip", ["198.51.100.7", "203.0.113.200", "2001:db8::17"])
def test_a_key_may_be_kept_to_addresses_and_networks(source_ip: str) -> None:
    stored = replace(KEY, allowed=("198.51.100.7", "203.0.113.0/24", "2001:db8::/32"))
    assert caller(key=GUID, stored=stored, source_ip=source_ip).company_id == OWN
    with pytest.raises(Unauthenticated):
        caller(key=GUID, stored=stored, source_ip="198.51.100.8")
    with pytest.raises(Unauthenticated):
        caller(key=GUID, stored=stored, source_ip="")


def test_a_key_is_good_until_it_expires() -> None:
    assert caller(key=GUID, stored=replace(KEY, expires_at=NOON + timedelta(seconds=1))).company_id == OWN


def test_no_key_opens_every_company() -> None:
    assert caller(key=GUID, stored=replace(KEY, roles=frozenset({SUPERADMIN, READ}))).roles == {READ}


def test_nothing_that_was_shown_can_be_printed() -> None:
    shown = f"{Credentials('token-text', GUID, '192.0.2.1')!r} {KEY!r}"
    assert "token-text" not in shown
    assert GUID not in shown
