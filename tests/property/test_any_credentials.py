"""No credentials are a 500: the authorizer lets a caller in, denies, or refuses, whatever the headers contain."""

import base64
import json
import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bokabridge.http.authorizer import Unauthorized
from local.identity.users import USERS
from tests.api_gateway import Context
from tests.data import COMPANY_ID
from tests.fuzz.garbage import BODIES, TEXTS, TOKENS
from tests.wired import Wired, wired

REQUESTS = 3000
KEY = "5e6a1a52-9f0e-4c5f-8a51-6a9d7e0c1b2f"


@pytest.fixture(scope="module")
def application() -> Iterator[Wired]:
    with wired({COMPANY_ID: 1}) as found:
        yield found


def encoded(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode("utf-8", "surrogatepass")).rstrip(b"=").decode()


def spoiled(token: str, chance: random.Random) -> str:
    """The token with one part replaced: by garbage, by encoded garbage, or by one with a garbage member."""
    parts = token.split(".")
    at = chance.randrange(3)
    match chance.randrange(3):
        case 0:
            parts[at] = chance.choice(TEXTS)
        case 1:
            parts[at] = encoded(chance.choice([*BODIES, *TOKENS])[:6000])
        case _:
            member = chance.choice(["alg", "kid", "typ", "crit", "jwk", "exp", "iss", "aud", "sub", "realm_access"])
            parts[0] = encoded(f'{{"alg": "RS256", "kid": "k", {json.dumps(member)}: {chance.choice(TOKENS)}}}')
    return ".".join(parts)


def headers(token: str, chance: random.Random) -> dict[str, Any]:
    found = {}
    if chance.random() < 0.7:
        value = chance.choice([token, spoiled(token, chance), spoiled(token, chance), chance.choice(TEXTS)])
        found["Authorization"] = chance.choice(["Bearer ", "bearer ", "Bearer", "Basic ", ""]) + value
    if chance.random() < 0.7:
        found[chance.choice(["x-api-key", "X-API-KEY"])] = chance.choice([KEY, *TEXTS])
    return found


def test_no_credentials_are_a_500(application: Wired) -> None:
    chance = random.Random(11)
    token = application.realm.issue(USERS["superadmin"])
    outcomes: Counter[str] = Counter()
    for _ in range(REQUESTS):
        given = headers(token, chance)
        event = {
            "methodArn": "arn:aws:execute-api:eu-north-1:123456789012:abcdef1234/dev/GET/customers",
            "headers": given or None,
            "requestContext": {"identity": {"sourceIp": chance.choice(["192.0.2.1", "::1", "", "garbage"])}},
        }
        try:
            policy = application.handlers["AuthorizerFunction"](event, Context())
        except Unauthorized:
            outcomes["refused"] += 1
        else:
            effect = policy["policyDocument"]["Statement"][0]["Effect"]
            assert effect == "Deny" or given["Authorization"].endswith(token)
            outcomes[effect] += 1
    assert outcomes.total() == REQUESTS
    assert outcomes["Allow"] > 10
