"""Everybody who might call: what they show, and how every operation has to answer them."""

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
from tests.e2e.gateway import Gateway, Told
from tests.e2e.identity import Identity

type AnyOperation = Operation[Any, Any]

ADMITTED = (0, "")
"""The operation did what it does."""

INVALID_ROLE = (403, "Invalid Role")
FORBIDDEN = (403, "Forbidden")


@dataclass(frozen=True)
class Caller:
    """What is sent, and the status and error code that it has to be answered with, by the operation's roles."""

    headers: dict[str, str]
    expected: Callable[[AnyOperation], Told]
    query: dict[str, str] = field(default_factory=dict)


def refused(expected: Told) -> Callable[[AnyOperation], Told]:
    return lambda _: expected


def admitted(_: AnyOperation) -> Told:
    return ADMITTED


def admitted_to_write(operation: AnyOperation) -> Told:
    return ADMITTED if WRITE in operation.roles else INVALID_ROLE


def admitted_to_read(operation: AnyOperation) -> Told:
    return ADMITTED if operation.roles == READERS else INVALID_ROLE


def forbidden_elsewhere(operation: AnyOperation) -> Told:
    """Only products are no company's, so that there it makes no difference which one is named."""
    if WRITE not in operation.roles:
        return INVALID_ROLE
    return ADMITTED if operation.name == "GetVossProducts" else FORBIDDEN


def bearer(token: str, **more: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", **more}


def unsigned(claims: dict[str, Any]) -> str:
    """A token of which the header says that it needs no signature."""
    parts = ({"alg": "none", "typ": "JWT", "kid": "none"}, claims)
    return ".".join([base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in parts]) + "."


def new_api_key(stack: LocalStack, company_id: str, *roles: str, **restrictions: Any) -> str:
    key = str(uuid4())
    table = stack.deployment.outputs["ApiKeysTableName"]
    store = DynamoApiKeys(stack.deployment.client("dynamodb"), table)
    store.put(ApiKey(hash_of(key), company_id, frozenset(roles), **restrictions))
    return key


NAMES = (
    "nobody",
    "malformed token",
    "basic",
    "expired token",
    "wrong issuer",
    "wrong signature",
    "alg none",
    "unknown signing key",
    "for another client",
    "no role",
    "read",
    "write",
    "write naming another company",
    "superadmin",
    "superadmin naming another company",
    "unknown api key",
    "api key that is no guid",
    "api key taken back",
    "api key from elsewhere",
    "read api key",
    "write api key",
    "write api key naming another company",
    "token beside its company's api key",
    "read token beside a write api key",
    "token beside another company's api key",
    "token beside an unknown api key",
    "bad token beside a good api key",
    "superadmin beside another company's api key",
)


def callers(stack: LocalStack, gateway: Gateway, company_id: str, another: str) -> dict[str, Caller]:
    """All of them, by name; their company is `company_id` where they have one."""
    identity = Identity(stack.identity_url)

    def token(user: str, **claims: Any) -> str:
        return identity.issue(user, company_id=company_id, **claims)

    claims = identity.claims("superadmin")
    key, foreign_key = new_api_key(stack, company_id, WRITE), new_api_key(stack, another, WRITE)
    elsewhere = new_api_key(stack, company_id, WRITE, allowed=("198.51.100.7",))
    nobody, foreign = refused(gateway.unauthorized), {"CompanyId": another}
    found = [
        Caller({}, nobody),
        Caller(bearer("a.malformed.token"), nobody),
        Caller({"Authorization": "Basic " + base64.b64encode(b"wilma.write:Vinterbad-17").decode()}, nobody),
        Caller(bearer(identity.issue("superadmin", -3600)), nobody),
        Caller(bearer(token("superadmin", iss="https://identity.example.org/realms/bokamera")), nobody),
        Caller(bearer(identity.forge(claims)), nobody),
        Caller(bearer(unsigned(claims)), nobody),
        Caller(bearer(SigningKey().sign(claims)), nobody),
        Caller(bearer(token("superadmin", azp="another-client")), nobody),
        Caller(bearer(token("none")), refused(INVALID_ROLE)),
        Caller(bearer(token("read")), admitted_to_read),
        Caller(bearer(token("write")), admitted_to_write),
        Caller(bearer(token("write")), forbidden_elsewhere, foreign),
        Caller(bearer(token("superadmin")), admitted),
        Caller(bearer(token("superadmin")), admitted, foreign),
        Caller({"x-api-key": str(uuid4())}, nobody),
        Caller({"x-api-key": "known-to-nobody"}, nobody),
        Caller({"x-api-key": new_api_key(stack, company_id, WRITE, active=False)}, nobody),
        Caller({"x-api-key": elsewhere}, nobody),
        Caller({"x-api-key": new_api_key(stack, company_id, READ)}, admitted_to_read),
        Caller({"X-Api-Key": key.upper()}, admitted_to_write),
        Caller({"x-api-key": key}, forbidden_elsewhere, foreign),
        Caller(bearer(token("write"), **{"x-api-key": key}), admitted_to_write),
        Caller(bearer(token("read"), **{"x-api-key": key}), admitted_to_read),
        Caller(bearer(token("write"), **{"x-api-key": foreign_key}), refused(gateway.denied)),
        Caller(bearer(token("write"), **{"x-api-key": str(uuid4())}), nobody),
        Caller(bearer("a.bad.token", **{"x-api-key": key}), nobody),
        Caller(bearer(token("superadmin"), **{"x-api-key": foreign_key}), admitted),
    ]
    return dict(zip(NAMES, found, strict=True))
