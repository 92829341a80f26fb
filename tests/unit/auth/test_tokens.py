"""Bearer tokens, signed with real keys: which of them are valid, and the principal of a valid one."""

import base64
import json
import time
from dataclasses import dataclass
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bokabridge.adapters.identity.claims import Trust
from bokabridge.adapters.identity.tokens import JwtVerifier
from bokabridge.auth.principal import READ, SUPERADMIN, WRITE, Principal
from bokabridge.errors import Unauthenticated
from tests.data import COMPANY_ID

TRUST = Trust("https://identity.example.org/realms/bokamera", "our-client", "company_id")
KEY = rsa.generate_private_key(65537, 2048)
ANOTHER_KEY = rsa.generate_private_key(65537, 2048)
DROPPED = object()


@dataclass(frozen=True)
class In:
    """A time, in seconds after the token is made."""

    seconds: int


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {
        "iss": TRUST.issuer,
        "sub": "anna",
        "iat": now,
        "exp": now + 300,
        "typ": "Bearer",
        "aud": "account",
        "azp": "our-client",
        "company_id": COMPANY_ID,
        "realm_access": {"roles": [WRITE]},
    }
    return {
        name: now + value.seconds if isinstance(value, In) else value
        for name, value in (usual | changes).items()
        if value is not DROPPED
    }


def token(key: Any = KEY, algorithm: str = "RS256", key_id: str | None = "one", **changes: Any) -> str:
    headers = {} if key_id is None else {"kid": key_id}
    return jwt.encode(claims(**changes), key, algorithm, headers=headers)


def principal(shown: str, trust: Trust = TRUST) -> Principal:
    return JwtVerifier({"one": KEY.public_key(), "two": ANOTHER_KEY.public_key()}.get, trust).verify(shown)


def test_a_valid_token_gives_the_subject_the_company_and_the_roles() -> None:
    assert principal(token()) == Principal("anna", COMPANY_ID, frozenset({WRITE}))
    assert principal(token(key=ANOTHER_KEY, key_id="two")).subject == "anna"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exp": In(-120)}, id="expired"),
        pytest.param({"exp": DROPPED}, id="without expiry"),
        pytest.param({"exp": "soon"}, id="expiry of another type"),
        pytest.param({"nbf": In(600)}, id="not yet"),
        pytest.param({"iat": In(600)}, id="from the future"),
        pytest.param({"iss": TRUST.issuer + "/"}, id="issuer with a slash"),
        pytest.param({"iss": "https://identity.example.org/realms/another"}, id="another realm"),
        pytest.param({"iss": DROPPED}, id="no issuer"),
        pytest.param({"sub": DROPPED}, id="no subject"),
        pytest.param({"sub": ""}, id="empty subject"),
        pytest.param({"azp": "another-client"}, id="for another client"),
        pytest.param({"azp": DROPPED, "aud": DROPPED}, id="for no client"),
        pytest.param({"typ": "ID"}, id="an id token"),
        pytest.param({"typ": "Refresh"}, id="a refresh token"),
        pytest.param({"realm_access": {"roles": "superadmin"}}, id="roles of another shape"),
        pytest.param({"key_id": None}, id="no key id"),
        pytest.param({"key_id": "three"}, id="unknown key"),
        pytest.param({"key_id": "two"}, id="signed with another key"),
        pytest.param({"algorithm": "RS512"}, id="another algorithm"),
    ],
)
def test_an_invalid_token_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        principal(token(**changes))


@pytest.mark.parametrize("changes", [{"exp": In(-40)}, {"nbf": In(40)}, {"iat": In(40)}])
def test_clocks_may_differ_by_less_than_a_minute(changes: dict[str, Any]) -> None:
    assert principal(token(**changes)).subject == "anna"


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_without_a_signature_is_refused() -> None:
    for algorithm in ("none", "None", "NONE"):
        with pytest.raises(Unauthenticated):
            principal(f"{part({'alg': algorithm, 'kid': 'one'})}.{part(claims())}.")


def test_a_token_signed_with_the_public_key_as_a_shared_secret_is_refused() -> None:
    """A known attack: HS256 with the public key, which anyone can read, as the secret."""
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims())}"
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mac = base64.urlsafe_b64encode(signature.sign(signed.encode(), pem)).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        principal(f"{signed}.{mac}")


@pytest.mark.parametrize("shown", ["", "x", "a.b", "a.b.c", "....", "å.ä.ö", "x" * 20_000, part({}) + "..", "\0.\0.\0"])
def test_text_that_is_not_a_token_is_refused(shown: str) -> None:
    with pytest.raises(Unauthenticated):
        principal(shown)


def test_a_changed_claim_breaks_the_signature() -> None:
    header, _, signature = token().split(".")
    with pytest.raises(Unauthenticated):
        principal(f"{header}.{part(claims(realm_access={'roles': [SUPERADMIN]}))}.{signature}")


def test_a_token_may_name_our_client_in_its_audience() -> None:
    assert principal(token(azp="another", aud=["account", "our-client"])).subject == "anna"
    assert principal(token(azp=DROPPED, aud="our-client")).subject == "anna"


def test_roles_come_only_from_the_realm_and_from_our_client() -> None:
    roles = {"our-client": {"roles": [READ]}, "another": {"roles": [SUPERADMIN]}, "account": {"roles": [SUPERADMIN]}}
    assert principal(token(resource_access=roles)).roles == {WRITE, READ}


def test_unknown_roles_are_left_out_in_every_spelling() -> None:
    roles = {"roles": ["offline_access", f"{READ} {SUPERADMIN}", SUPERADMIN.upper()]}
    assert principal(token(realm_access=roles)).roles == frozenset()


@pytest.mark.parametrize(
    ("company", "expected"),
    [
        (COMPANY_ID.upper(), COMPANY_ID),
        ("{" + COMPANY_ID + "}", COMPANY_ID),
        ("", None),
        ("Brf Solgläntan", None),
        ([COMPANY_ID], None),
        (DROPPED, None),
    ],
)
def test_the_company_is_a_guid_or_none(company: Any, expected: str | None) -> None:
    assert principal(token(company_id=company)).company_id == expected


def test_the_claim_of_the_company_is_configurable() -> None:
    trust = Trust(TRUST.issuer, TRUST.audience, "https://example.org/company")
    shown = token(company_id=DROPPED, **{"https://example.org/company": COMPANY_ID})
    assert principal(shown, trust).company_id == COMPANY_ID


def test_the_reason_of_a_refusal_does_not_contain_the_tokens_content() -> None:
    with pytest.raises(Unauthenticated) as refused:
        principal(token(iss="https://identity.example.org/realms/another"))
    assert refused.value.reason == "InvalidIssuerError"
    assert str(refused.value) == "Not Authenticated"
