"""Authentication by token, by API key, and by both."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.authorise import authorise
from bokabridge.auth.credentials import Credentials
from bokabridge.auth.fakes import InMemoryApiKeys, KnownTokens
from bokabridge.auth.principal import READ, SUPERADMIN, WRITE, Principal
from bokabridge.auth.uses import KeyUses
from bokabridge.errors import Forbidden, Unauthenticated
from tests.data import API_KEY, COMPANY_ID, OTHER_COMPANY_ID

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY = ApiKey(hash_of(API_KEY), COMPANY_ID, frozenset({WRITE}))

TOKENS = KnownTokens(
    {
        "own": Principal("anna", COMPANY_ID, frozenset({READ})),
        "other": Principal("olle", OTHER_COMPANY_ID, frozenset({WRITE})),
        "nowhere": Principal("nils", None, frozenset({WRITE})),
        "super": Principal("signe", OTHER_COMPANY_ID, frozenset({SUPERADMIN})),
    }
)


def caller(
    *, token: str | None = None, key: str | None = None, source_ip: str = "192.0.2.1", stored: ApiKey = KEY
) -> Principal:
    keys = InMemoryApiKeys()
    keys.put(stored)
    return caller_of(Credentials(token, key, source_ip), keys)


def caller_of(credentials: Credentials, keys: InMemoryApiKeys) -> Principal:
    uses = KeyUses(keys, lambda: NOON)
    return authorise(credentials, tokens=TOKENS, api_keys=keys, uses=uses, clock=lambda: NOON)


def test_a_token_alone_gives_the_caller() -> None:
    assert caller(token="own").subject == "anna"


@pytest.mark.parametrize(
    "written", [API_KEY, API_KEY.upper(), API_KEY.replace("-", ""), "{" + API_KEY + "}", f" {API_KEY} "]
)
def test_a_key_alone_gives_the_company_and_the_roles_in_any_spelling(written: str) -> None:
    found = caller(key=written)
    assert found.company_id == COMPANY_ID
    assert found.roles == {WRITE}
    assert API_KEY not in found.subject


def test_the_token_decides_the_roles_if_a_key_is_given_too() -> None:
    assert caller(token="own", key=API_KEY) == Principal("anna", COMPANY_ID, frozenset({READ}))


@pytest.mark.parametrize("token", ["other", "nowhere"])
def test_a_key_and_a_token_of_different_companies_are_forbidden(token: str) -> None:
    with pytest.raises(Forbidden):
        caller(token=token, key=API_KEY)


def test_a_superadmins_token_may_come_with_any_companys_key() -> None:
    assert caller(token="super", key=API_KEY) == Principal("signe", OTHER_COMPANY_ID, frozenset({SUPERADMIN}))


@pytest.mark.parametrize(
    ("token", "key"),
    [
        (None, None),
        ("unknown", None),
        ("unknown", API_KEY),
        ("own", "6c1b1c52-5f11-4ed9-8b6e-6f0f0f6f7a01"),
        ("super", "6c1b1c52-5f11-4ed9-8b6e-6f0f0f6f7a01"),
        (None, "6c1b1c52-5f11-4ed9-8b6e-6f0f0f6f7a01"),
        (None, "not a guid"),
        (None, KEY.key_hash),
    ],
)
def test_missing_or_invalid_credentials_are_refused_even_next_to_valid_ones(token: str | None, key: str | None) -> None:
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
def test_an_inactive_expired_or_restricted_key_is_refused(stored: ApiKey) -> None:
    with pytest.raises(Unauthenticated):
        caller(key=API_KEY, stored=stored)


@pytest.mark.parametrize("source_ip", ["198.51.100.7", "203.0.113.200", "2001:db8::17"])
def test_a_key_can_be_restricted_to_addresses_and_networks(source_ip: str) -> None:
    stored = replace(KEY, allowed=("198.51.100.7", "203.0.113.0/24", "2001:db8::/32"))
    assert caller(key=API_KEY, stored=stored, source_ip=source_ip).company_id == COMPANY_ID
    with pytest.raises(Unauthenticated):
        caller(key=API_KEY, stored=stored, source_ip="198.51.100.8")
    with pytest.raises(Unauthenticated):
        caller(key=API_KEY, stored=stored, source_ip="")


def test_a_key_is_valid_until_it_expires() -> None:
    assert caller(key=API_KEY, stored=replace(KEY, expires_at=NOON + timedelta(seconds=1))).company_id == COMPANY_ID


def test_a_key_never_has_the_superadmin_role() -> None:
    assert caller(key=API_KEY, stored=replace(KEY, roles=frozenset({SUPERADMIN, READ}))).roles == {READ}


def test_credentials_have_no_readable_repr() -> None:
    shown = f"{Credentials('token-text', API_KEY, '192.0.2.1')!r} {KEY!r}"
    assert "token-text" not in shown
    assert API_KEY not in shown


@pytest.mark.parametrize("token", [None, "own", "super"])
def test_a_key_that_opens_the_door_is_recorded_as_used(token: str | None) -> None:
    keys = InMemoryApiKeys()
    keys.put(KEY)
    caller_of(Credentials(token, API_KEY, "192.0.2.1"), keys)
    assert keys.list() == [replace(KEY, last_used_at=NOON)]


@pytest.mark.parametrize(
    ("token", "stored"),
    [
        *((token, KEY) for token in ("unknown", "other", "nowhere")),
        (None, replace(KEY, active=False)),
        (None, replace(KEY, expires_at=NOON)),
        (None, replace(KEY, allowed=("198.51.100.7",))),
    ],
)
def test_a_key_of_a_refused_caller_is_not_recorded_as_used(token: str | None, stored: ApiKey) -> None:
    keys = InMemoryApiKeys()
    keys.put(stored)
    with pytest.raises((Unauthenticated, Forbidden)):
        caller_of(Credentials(token, API_KEY, "192.0.2.1"), keys)
    assert keys.writes == 0
