"""Bearer tokens, signed with real keys: whose are believed, and what is read in them."""

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

OWN = "11111111-1111-4111-8111-111111111111"
TRUST = Trust("https://identity.example.org/realms/bokamera", "our-client", "company_id")
KEY = rsa.generate_private_key(65537, 2048)
ANOTHER_KEY = rsa.generate_private_key(65537, 2048)
DROPPED = object()


@dataclass(frozen=True)
class In:
    """A moment, counted from when the token is made."""

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
        "company_id": OWN,
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
    return JwtVerifier({"one": KEY.public_key(), "two": ANOTHER_KEY.public_key()}.get, trust).principal(shown)


def test_a_good_token_says_who_where_and_what() -> None:
    assert principal(token()) == Principal("anna", OWN, frozenset({WRITE}))
    assert principal(token(key=ANOTHER_KEY, key_id="two")).subject == "anna"


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"exp": In(-120)}, id="expired"),
        pytest.param({"exp": DROPPED}, id="for ever"),
        pytest.param({"exp": "soon"}, id="no time"),
        pytest.param({"nbf": In(600)}, id="not yet"),
        pytest.param({"iat": In(600)}, id="from the future"),
        pytest.param({"iss": TRUST.issuer + "/"}, id="issuer with a slash"),
        pytest.param({"iss": "https://identity.example.org/realms/another"}, id="another realm"),
        pytest.param({"iss": DROPPED}, id="no issuer"),
        pytest.param({"sub": DROPPED}, id="no subject"),
        pytest.param({"sub": ""}, id="empty subject"),
        pytest.param({"azp": "another-client"}, id="for another client"),
        pytest.param({"azp": DROPPED, "aud": DROPPED}, id="for nobody"),
        pytest.param({"typ": "ID"}, id="an id token"),
        pytest.param({"typ": "Refresh"}, id="a refresh token"),
        pytest.param({"realm_access": {"roles": "superadmin"}}, id="roles of another shape"),
        pytest.param({"key_id": None}, id="no key id"),
        pytest.param({"key_id": "three"}, id="unknown key"),
        pytest.param({"key_id": "two"}, id="signed with another key"),
        pytest.param({"algorithm": "RS512"}, id="another algorithm"),
    ],
)
def test_a_token_that_is_not_good_is_nobodys(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        principal(token(**changes))


@pytest.mark.parametrize("changes", [{"exp": In(-40)}, {"nbf": In(40)}, {"iat": In(40)}])
def test_clocks_may_differ_by_less_than_a_minute(changes: dict[str, Any]) -> None:
    assert principal(token(**changes)).subject == "anna"


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_that_says_it_needs_no_signature_is_nobodys() -> None:
    for algorithm in ("none", "None", "NONE"):
        with pytest.raises(Unauthenticated):
            principal(f"{part({'alg': algorithm, 'kid': 'one'})}.{part(claims())}.")


def test_a_public_key_is_not_a_shared_secret() -> None:
    """The old trick: HS256 with the public key, which everybody has, for a secret."""
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    signed = f"{part({'alg': 'HS256', 'kid': 'one'})}.{part(claims())}"
    signature = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    mac = base64.urlsafe_b64encode(signature.sign(signed.encode(), pem)).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        principal(f"{signed}.{mac}")


@pytest.mark.parametrize("shown", ["", "x", "a.b", "a.b.c", "....", "å.ä.ö", "x" * 20_000, part({}) + "..", "\0.\0.\0"])
def test_what_is_no_token_is_nobodys(shown: str) -> None:
    with pytest.raises(Unauthenticated):
        principal(shown)


def test_a_changed_claim_breaks_the_signature() -> None:
    header, _, signature = token().split(".")
    with pytest.raises(Unauthenticated):
        principal(f"{header}.{part(claims(realm_access={'roles': [SUPERADMIN]}))}.{signature}")


def test_a_token_may_name_us_in_its_audience() -> None:
    assert principal(token(azp="another", aud=["account", "our-client"])).subject == "anna"
    assert principal(token(azp=DROPPED, aud="our-client")).subject == "anna"


def test_roles_come_from_the_realm_and_from_our_client_only() -> None:
    roles = {"our-client": {"roles": [READ]}, "another": {"roles": [SUPERADMIN]}, "account": {"roles": [SUPERADMIN]}}
    assert principal(token(resource_access=roles)).roles == {WRITE, READ}


def test_a_role_that_no_rule_knows_is_left_out_however_it_is_written() -> None:
    roles = {"roles": ["offline_access", f"{READ} {SUPERADMIN}", SUPERADMIN.upper()]}
    assert principal(token(realm_access=roles)).roles == frozenset()


@pytest.mark.parametrize(
    ("company", "expected"),
    [(OWN.upper(), OWN), ("{" + OWN + "}", OWN), ("", None), ("Brf Solgläntan", None), ([OWN], None), (DROPPED, None)],
)
def test_the_company_is_a_guid_or_none(company: Any, expected: str | None) -> None:
    assert principal(token(company_id=company)).company_id == expected


def test_which_claim_holds_the_company_is_a_setting() -> None:
    trust = Trust(TRUST.issuer, TRUST.audience, "https://example.org/company")
    shown = token(company_id=DROPPED, **{"https://example.org/company": OWN})
    assert principal(shown, trust).company_id == OWN


def test_why_a_token_was_refused_is_said_without_its_content() -> None:
    with pytest.raises(Unauthenticated) as refused:
        principal(token(iss="https://identity.example.org/realms/another"))
    assert refused.value.reason == "InvalidIssuerError"
    assert str(refused.value) == "Not Authenticated"
