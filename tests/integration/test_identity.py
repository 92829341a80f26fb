"""The identity simulator, and the real adapter on it: keys that rotate, an issuer that goes away, requests counted."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import jwt
import pytest
import urllib3
from cryptography.hazmat.primitives.asymmetric import rsa

from bokabridge.adapters.identity import keys
from bokabridge.adapters.identity.claims import Trust
from bokabridge.adapters.identity.keys import SigningKeys
from bokabridge.adapters.identity.tokens import KEYS_PATH, JwtVerifier
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.authorise import authorise
from bokabridge.auth.credentials import Credentials
from bokabridge.auth.fakes import InMemoryApiKeys
from bokabridge.auth.principal import WRITE, Principal
from bokabridge.auth.recent import RecentApiKeys
from bokabridge.clock import utc_now
from bokabridge.errors import RetriableError, Unauthenticated
from local.companies import COMPANIES
from local.identity.realm import CLIENT_ID
from local.identity.simulator import IdentitySimulator
from local.identity.users import USERS

WILMA = USERS["write"]


class Watch:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def identity() -> Iterator[IdentitySimulator]:
    with IdentitySimulator() as running:
        yield running


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def tokens(identity: IdentitySimulator, watch: Watch) -> JwtVerifier:
    issuer = identity.realm.issuer
    return JwtVerifier(SigningKeys(issuer + KEYS_PATH, watch).find, Trust(issuer, CLIENT_ID, "company_id"))


def steer(identity: IdentitySimulator, **controls: bool) -> None:
    assert urllib3.request("PUT", f"{identity.url}/_control", json=controls).status == 200


def key_requests(identity: IdentitySimulator) -> int:
    found: int = urllib3.request("GET", f"{identity.url}/_state").json()["jwksRequests"]
    return found


def grant(identity: IdentitySimulator, **fields: str) -> tuple[int, dict[str, Any]]:
    url = f"{identity.realm.issuer}/protocol/openid-connect/token"
    form = urlencode({"client_id": CLIENT_ID, **fields})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = urllib3.request("POST", url, body=form, headers=headers)
    return response.status, response.json()


def test_a_user_signs_in_refreshes_and_is_known(identity: IdentitySimulator, tokens: JwtVerifier) -> None:
    status, granted = grant(identity, grant_type="password", username=WILMA.name, password=WILMA.password)
    assert (status, granted["token_type"], granted["expires_in"]) == (200, "Bearer", 900)
    caller = tokens.principal(granted["access_token"])
    assert caller == Principal(WILMA.id, WILMA.company_id, frozenset({WRITE}))

    status, renewed = grant(identity, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert status == 200
    assert tokens.principal(renewed["access_token"]) == caller
    assert grant(identity, grant_type="refresh_token", refresh_token=granted["refresh_token"])[0] == 400


@pytest.mark.parametrize(
    ("fields", "status", "error"),
    [
        ({"grant_type": "password", "username": WILMA.name, "password": "wrong"}, 401, "invalid_grant"),
        ({"grant_type": "password", "username": "nobody", "password": WILMA.password}, 401, "invalid_grant"),
        ({"grant_type": "refresh_token", "refresh_token": "guess"}, 400, "invalid_grant"),
        ({"grant_type": "authorization_code"}, 400, "unsupported_grant_type"),
        ({"grant_type": "password", "client_id": "another"}, 401, "invalid_client"),
    ],
)
def test_nobody_else_signs_in(identity: IdentitySimulator, fields: dict[str, str], status: int, error: str) -> None:
    answered, body = grant(identity, **fields)
    assert (answered, body["error"]) == (status, error)


def test_the_configuration_says_where_everything_is(identity: IdentitySimulator) -> None:
    found = urllib3.request("GET", f"{identity.realm.issuer}/.well-known/openid-configuration").json()
    assert found["issuer"] == identity.realm.issuer
    assert found["jwks_uri"] == identity.realm.issuer + KEYS_PATH
    assert "n" in urllib3.request("GET", found["jwks_uri"]).json()["keys"][0]
    assert "d" not in urllib3.request("GET", found["jwks_uri"]).json()["keys"][0]


def test_a_control_that_is_none_is_refused(identity: IdentitySimulator) -> None:
    for body in ({"up": True}, {"down": 1}, ["down"]):
        assert urllib3.request("PUT", f"{identity.url}/_control", json=body).status == 400


def test_a_warm_decision_asks_nobody(identity: IdentitySimulator, tokens: JwtVerifier) -> None:
    key = "0d4f6a3c-9d6e-4a54-8a3b-2f0c7d3b5e11"
    store = InMemoryApiKeys()
    store.put(ApiKey(hash_of(key), COMPANIES[0].id, frozenset({WRITE})))
    recent = RecentApiKeys(store, utc_now)
    callers = [Credentials(identity.realm.issue(WILMA), shown, "192.0.2.1") for shown in (None, key)]
    callers.append(Credentials(None, key, "192.0.2.1"))
    for credentials in callers * 20:
        authorise(credentials, tokens=tokens, api_keys=recent, clock=utc_now)
    assert (key_requests(identity), store.reads) == (1, 1), "what the first decision asked for"


def test_a_rotated_key_is_learnt_from_the_first_token_that_bears_it(
    identity: IdentitySimulator, tokens: JwtVerifier
) -> None:
    old = identity.realm.issue(WILMA)
    tokens.principal(old)
    steer(identity, rotateKeys=True)
    assert tokens.principal(identity.realm.issue(WILMA)).subject == WILMA.id
    assert tokens.principal(old).subject == WILMA.id
    assert key_requests(identity) == 2


def test_invented_key_ids_do_not_flood_the_issuer(
    identity: IdentitySimulator, tokens: JwtVerifier, watch: Watch
) -> None:
    tokens.principal(identity.realm.issue(WILMA))
    stranger = rsa.generate_private_key(65537, 2048)
    invented = [
        jwt.encode(identity.realm.claims(WILMA), stranger, "RS256", headers={"kid": f"invented-{at}"})
        for at in range(50)
    ]
    for token in invented:
        with pytest.raises(Unauthenticated):
            tokens.principal(token)
    assert key_requests(identity) == 2
    assert tokens.principal(identity.realm.issue(WILMA)).subject == WILMA.id

    steer(identity, rotateKeys=True)
    watch.now += keys.UNKNOWN_KEY_INTERVAL
    assert tokens.principal(identity.realm.issue(WILMA)).subject == WILMA.id
    assert key_requests(identity) == 3


def test_a_key_that_was_taken_back_is_not_believed_for_long(
    identity: IdentitySimulator, tokens: JwtVerifier, watch: Watch
) -> None:
    old = identity.realm.issue(WILMA)
    tokens.principal(old)
    steer(identity, forgetOldKeys=True)
    tokens.principal(old)
    watch.now += keys.MAX_AGE
    with pytest.raises(Unauthenticated):
        tokens.principal(old)


def test_while_the_issuer_is_away_known_keys_are_believed_for_a_day(
    identity: IdentitySimulator, tokens: JwtVerifier, watch: Watch
) -> None:
    token = identity.realm.issue(WILMA)
    tokens.principal(token)
    steer(identity, down=True)
    watch.now += keys.MAX_AGE
    assert tokens.principal(token).subject == WILMA.id
    watch.now += keys.MAX_AGE_WHEN_AWAY
    with pytest.raises(RetriableError):
        tokens.principal(token)
    steer(identity, down=False)
    watch.now += keys.RETRY_INTERVAL
    assert tokens.principal(token).subject == WILMA.id


def test_before_any_key_is_known_an_issuer_that_is_away_is_nobodys_fault(
    identity: IdentitySimulator, tokens: JwtVerifier, watch: Watch
) -> None:
    steer(identity, down=True)
    for _ in range(20):
        with pytest.raises(RetriableError):
            tokens.principal(identity.realm.issue(WILMA))
    steer(identity, down=False)
    watch.now += keys.RETRY_INTERVAL
    assert tokens.principal(identity.realm.issue(WILMA)).subject == WILMA.id
