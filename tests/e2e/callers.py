"""Callers of every kind: the credentials that they send, and the responses that they must get."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.principal import READ, WRITE
from bokabridge.http.operation import Operation
from bokabridge.operations.roles import READERS
from local.identity.signing import SigningKey
from local.stack.stack import LocalStack
from tests.e2e.gateway import Gateway, StatusAndCode
from tests.e2e.identity import Identity

type AnyOperation = Operation[Any, Any]
type Expectation = Callable[[AnyOperation], StatusAndCode]

ADMITTED = (0, "")
"""The caller was allowed to call the operation. Its own response follows."""

INVALID_ROLE = (403, "Invalid Role")
FORBIDDEN = (403, "Forbidden")


@dataclass(frozen=True)
class Caller:
    """The headers and query that are sent, and the expected response, which depends on the operation."""

    headers: dict[str, str]
    expected: Expectation
    query: dict[str, str] = field(default_factory=dict)


def refused(expected: StatusAndCode) -> Expectation:
    return lambda _: expected


def admitted(_: AnyOperation) -> StatusAndCode:
    return ADMITTED


def admitted_to_read(operation: AnyOperation) -> StatusAndCode:
    return ADMITTED if operation.roles == READERS else INVALID_ROLE


def forbidden_elsewhere(operation: AnyOperation) -> StatusAndCode:
    """Refused for every operation except the products, which belong to no company."""
    return ADMITTED if operation.name == "GetVossProducts" else FORBIDDEN


def bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **more}


def unsigned(claims: dict[str, Any]) -> str:
    """A token whose header says that it needs no signature."""
    parts = ({"alg": "none", "typ": "JWT", "kid": "none"}, claims)
    return ".".join([base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]) + "."


def new_api_key(stack: LocalStack, company_id: str, *roles: str, **restrictions: Any) -> str:
    key = str(uuid4())
    table = stack.deployment.outputs["ApiKeysTableName"]
    store = DynamoApiKeys(stack.deployment.client("dynamodb"), table)
    store.put(ApiKey(hash_of(key), company_id, frozenset(roles), **restrictions))
    return key


TOKENS = (
    "no credentials",
    "malformed token",
    "basic authentication",
    "expired token",
    "token of another issuer",
    "token with a wrong signature",
    "unsigned token",
    "token with an unknown signing key",
    "token for another client",
    "token without a role",
    "reader",
    "writer",
    "writer naming another company",
    "superadmin",
    "superadmin naming another company",
)
API_KEYS = (
    "unknown api key",
    "api key that is not a guid",
    "revoked api key",
    "api key from a disallowed address",
    "read api key",
    "write api key",
    "write api key naming another company",
)
TOKENS_WITH_API_KEYS = (
    "token with its company's api key",
    "read token with a write api key",
    "token with another company's api key",
    "token with an unknown api key",
    "invalid token with a valid api key",
    "superadmin with another company's api key",
)
NAMES = (*TOKENS, *API_KEYS, *TOKENS_WITH_API_KEYS)


def callers(stack: LocalStack, gateway: Gateway, company_id: str, another: str) -> dict[str, Caller]:
    """All callers by name. Those that have a company have `company_id`."""
    identity, unauthorized = Identity(stack.identity_url), refused(gateway.unauthorized)

    def token(user: str, **claims: Any) -> str:
        return identity.issue(user, company_id=company_id, **claims)

    key, foreign_key = new_api_key(stack, company_id, WRITE), new_api_key(stack, another, WRITE)
    with_both = [
        Caller(bearer(token("write"), **{"x-api-key": key}), admitted),
        Caller(bearer(token("read"), **{"x-api-key": key}), admitted_to_read),
        Caller(bearer(token("write"), **{"x-api-key": foreign_key}), refused(gateway.denied)),
        Caller(bearer(token("write"), **{"x-api-key": str(uuid4())}), unauthorized),
        Caller(bearer("a.bad.token", **{"x-api-key": key}), unauthorized),
        Caller(bearer(token("superadmin"), **{"x-api-key": foreign_key}), admitted),
    ]
    return {
        **_with_tokens(identity, token, unauthorized, {"CompanyId": another}),
        **_with_api_keys(stack, company_id, key, unauthorized, {"CompanyId": another}),
        **dict(zip(TOKENS_WITH_API_KEYS, with_both, strict=True)),
    }


def _with_tokens(
    identity: Identity, token: Callable[..., str], unauthorized: Expectation, foreign: dict[str, str]
) -> dict[str, Caller]:
    claims = identity.claims("superadmin")
    found = [
        Caller({}, unauthorized),
        Caller(bearer("a.malformed.token"), unauthorized),
        Caller({"Authorization": "Basic " + base64.b64encode(b"wilma.write:Vinterbad-17").decode()}, unauthorized),
        Caller(bearer(identity.issue("superadmin", -3600)), unauthorized),
        Caller(bearer(token("superadmin", iss="https://identity.example.org/realms/bokamera")), unauthorized),
        Caller(bearer(identity.forge(claims)), unauthorized),
        Caller(bearer(unsigned(claims)), unauthorized),
        Caller(bearer(SigningKey().sign(claims)), unauthorized),
        Caller(bearer(token("superadmin", azp="another-client")), unauthorized),
        Caller(bearer(token("none")), refused(INVALID_ROLE)),
        Caller(bearer(token("read")), admitted_to_read),
        Caller(bearer(token("write")), admitted),
        Caller(bearer(token("write")), forbidden_elsewhere, foreign),
        Caller(bearer(token("superadmin")), admitted),
        Caller(bearer(token("superadmin")), admitted, foreign),
    ]
    return dict(zip(TOKENS, found, strict=True))


def _with_api_keys(
    stack: LocalStack, company_id: str, key: str, unauthorized: Expectation, foreign: dict[str, str]
) -> dict[str, Caller]:
    from_elsewhere = new_api_key(stack, company_id, WRITE, allowed=("198.51.100.7",))
    found = [
        Caller({"x-api-key": str(uuid4())}, unauthorized),
        Caller({"x-api-key": "not-a-guid"}, unauthorized),
        Caller({"x-api-key": new_api_key(stack, company_id, WRITE, active=False)}, unauthorized),
        Caller({"x-api-key": from_elsewhere}, unauthorized),
        Caller({"x-api-key": new_api_key(stack, company_id, READ)}, admitted_to_read),
        Caller({"X-Api-Key": key.upper()}, admitted),
        Caller({"x-api-key": key}, forbidden_elsewhere, foreign),
    ]
    return dict(zip(API_KEYS, found, strict=True))
