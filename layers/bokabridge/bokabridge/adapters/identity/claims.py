"""The claims of a valid token, and the principal that they describe (Keycloak's names; public-facts 1.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ValidationError

from bokabridge.auth.principal import KNOWN_ROLES, Principal
from bokabridge.errors import Unauthenticated
from bokabridge.ids import EMPTY_GUID, parse_guid


@dataclass(frozen=True, slots=True)
class Trust:
    """The tokens that we accept: from `issuer`, made for `audience`, with the company's id in `company_claim`."""

    issuer: str
    audience: str
    company_claim: str


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


class _Roles(BaseModel):
    roles: list[str] = []


class _Claims(BaseModel):
    sub: str
    typ: str = "Bearer"
    azp: str | None = None
    aud: Annotated[list[str], BeforeValidator(_as_list)] = []
    realm_access: _Roles = _Roles()
    resource_access: dict[str, _Roles] = {}


def principal_in(claims: Mapping[str, Any], trust: Trust) -> Principal:
    """The token's principal, with those roles that our operations ask for. Raises Unauthenticated.

    A token is for us if its `aud` or `azp` says so: Keycloak names a public client in `azp` only. It must be an access
    token, because an id token has the same signature and audience. Roles at other clients mean nothing here.
    """
    try:
        read = _Claims.model_validate(claims)
    except ValidationError:
        raise Unauthenticated("the token's claims have an unexpected shape") from None
    if read.typ != "Bearer":
        raise Unauthenticated("the token is not an access token")
    if trust.audience not in (*read.aud, read.azp):
        raise Unauthenticated("the token was made for another client")
    if not read.sub:
        raise Unauthenticated("the token has no subject")
    roles = {*read.realm_access.roles, *read.resource_access.get(trust.audience, _Roles()).roles}
    return Principal(read.sub, _company_id(claims.get(trust.company_claim)), KNOWN_ROLES & roles)


def _company_id(claim: object) -> str | None:
    """The company's id in our spelling. None if the claim is not a GUID, or .NET's empty one."""
    guid = parse_guid(claim) if isinstance(claim, str) else None
    return None if guid == EMPTY_GUID else guid
