"""The token verifier against the identity simulator: key rotation, outages, and the number of requests for keys."""

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
from bokabridge.auth.uses import KeyUses
from bokabridge.clock import utc_now
from bokabridge.errors import RetriableError, Unauthenticated
from local.identity.realm import CLIENT_ID
from local.identity.simulator import IdentitySimulator
from local.identity.users import USERS
from tests.data import API_KEY, COMPANY_ID

WILMA = USERS["write"]


class Clock:
    """A monotonic clock in seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def identity() -> Iterator[IdentitySimulator]:
    with IdentitySimulator() as running:
        yield running


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tokens(identity: IdentitySimulator, clock: Clock) -> JwtVerifier:
    issuer = identity.realm.issuer
    return JwtVerifier(SigningKeys(issuer + KEYS_PATH, clock).find, Trust(issuer, CLIENT_ID, "company_id"))


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


def test_the_tokens_of_a_sign_in_and_of_a_refresh_are_valid(identity: IdentitySimulator, tokens: JwtVerifier) -> None:
    status, granted = grant(identity, grant_type="password", username=WILMA.name, password=WILMA.password)
    assert (status, granted["token_type"], granted["expires_in"]) == (200, "Bearer", 900)
    caller = tokens.verify(granted["access_token"])
    assert caller == Principal(WILMA.id, WILMA.company_id, frozenset({WRITE}))

    status, renewed = grant(identity, grant_type="refresh_token", refresh_token=granted["refresh_token"])
    assert status == 200
    assert tokens.verify(renewed["access_token"]) == caller
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
def test_a_wrong_grant_is_refused(identity: IdentitySimulator, fields: dict[str, str], status: int, error: str) -> None:
    found_status, body = grant(identity, **fields)
    assert (found_status, body["error"]) == (status, error)


def test_the_openid_configuration_has_the_issuer_and_the_keys_address(identity: IdentitySimulator) -> None:
    found = urllib3.request("GET", f"{identity.realm.issuer}/.well-known/openid-configuration").json()
    assert found["issuer"] == identity.realm.issuer
    assert found["jwks_uri"] == identity.realm.issuer + KEYS_PATH
    assert "n" in urllib3.request("GET", found["jwks_uri"]).json()["keys"][0]
    assert "d" not in urllib3.request("GET", found["jwks_uri"]).json()["keys"][0]


def test_the_simulator_refuses_an_invalid_control(identity: IdentitySimulator) -> None:
    for body in ({"up": True}, {"down": 1}, ["down"]):
        assert urllib3.request("PUT", f"{identity.url}/_control", json=body).status == 400


def test_warm_decisions_cause_no_further_requests(identity: IdentitySimulator, tokens: JwtVerifier) -> None:
    store = InMemoryApiKeys()
    store.put(ApiKey(hash_of(API_KEY), COMPANY_ID, frozenset({WRITE})))
    recent = RecentApiKeys(store, utc_now)
    callers = [Credentials(identity.realm.issue(WILMA), shown, "192.0.2.1") for shown in (None, API_KEY)]
    callers.append(Credentials(None, API_KEY, "192.0.2.1"))
    for credentials in callers * 20:
        authorise(credentials, tokens=tokens, api_keys=recent, uses=KeyUses(store, utc_now), clock=utc_now)
    assert (key_requests(identity), store.reads) == (1, 1), "only the first decision reads the keys and the store"


def test_a_new_signing_key_is_read_when_the_first_token_uses_it(
    identity: IdentitySimulator, tokens: JwtVerifier
) -> None:
    old = identity.realm.issue(WILMA)
    tokens.verify(old)
    steer(identity, rotateKeys=True)
    assert tokens.verify(identity.realm.issue(WILMA)).subject == WILMA.id
    assert tokens.verify(old).subject == WILMA.id
    assert key_requests(identity) == 2


def test_invented_key_ids_do_not_flood_the_issuer(
    identity: IdentitySimulator, tokens: JwtVerifier, clock: Clock
) -> None:
    tokens.verify(identity.realm.issue(WILMA))
    stranger = rsa.generate_private_key(65537, 2048)
    invented = [
        jwt.encode(identity.realm.claims(WILMA), stranger, "RS256", headers={"kid": f"invented-{at}"})
        for at in range(50)
    ]
    for token in invented:
        with pytest.raises(Unauthenticated):
            tokens.verify(token)
    assert key_requests(identity) == 2
    assert tokens.verify(identity.realm.issue(WILMA)).subject == WILMA.id

    steer(identity, rotateKeys=True)
    clock.now += keys.UNKNOWN_KEY_INTERVAL_SECONDS
    assert tokens.verify(identity.realm.issue(WILMA)).subject == WILMA.id
    assert key_requests(identity) == 3


def test_a_revoked_signing_key_stops_working_after_its_maximum_age(
    identity: IdentitySimulator, tokens: JwtVerifier, clock: Clock
) -> None:
    old = identity.realm.issue(WILMA)
    tokens.verify(old)
    steer(identity, forgetOldKeys=True)
    tokens.verify(old)
    clock.now += keys.MAX_AGE_SECONDS
    with pytest.raises(Unauthenticated):
        tokens.verify(old)


def test_known_keys_stay_valid_for_a_day_while_the_issuer_is_down(
    identity: IdentitySimulator, tokens: JwtVerifier, clock: Clock
) -> None:
    token = identity.realm.issue(WILMA)
    tokens.verify(token)
    steer(identity, down=True)
    clock.now += keys.MAX_AGE_SECONDS
    assert tokens.verify(token).subject == WILMA.id
    clock.now += keys.MAX_AGE_WHEN_UNREACHABLE_SECONDS
    with pytest.raises(RetriableError):
        tokens.verify(token)
    steer(identity, down=False)
    clock.now += keys.RETRY_INTERVAL_SECONDS
    assert tokens.verify(token).subject == WILMA.id


def test_without_keys_a_decision_is_impossible_until_the_issuer_is_back(
    identity: IdentitySimulator, tokens: JwtVerifier, clock: Clock
) -> None:
    steer(identity, down=True)
    for _ in range(20):
        with pytest.raises(RetriableError):
            tokens.verify(identity.realm.issue(WILMA))
    steer(identity, down=False)
    clock.now += keys.RETRY_INTERVAL_SECONDS
    assert tokens.verify(identity.realm.issue(WILMA)).subject == WILMA.id
