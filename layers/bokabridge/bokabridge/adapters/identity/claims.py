"""What the claims of a good token say of its bearer (Keycloak's names; public-facts 1.7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ValidationError

from bokabridge.auth.principal import KNOWN_ROLES, Principal
from bokabridge.errors import Unauthenticated


@dataclass(frozen=True, slots=True)
class Trust:
    """Whose tokens are believed: the issuer's, made for `audience`, with the company's id in `company_claim`."""

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
    """The bearer, with such of their roles as our rules know. Raises Unauthenticated.

    A token is for us if its `aud` or `azp` says so: Keycloak puts a public client's name into `azp` only. It must be
    an access token: an id token has the same signature and audience. Roles at other clients mean nothing here.
    """
    try:
        read = _Claims.model_validate(claims)
    except ValidationError:
        raise Unauthenticated("the token's claims have another shape") from None
    if read.typ != "Bearer":
        raise Unauthenticated("the token is no access token")
    if trust.audience not in (*read.aud, read.azp):
        raise Unauthenticated("the token was made for somebody else")
    if not read.sub:
        raise Unauthenticated("the token names nobody")
    roles = {*read.realm_access.roles, *read.resource_access.get(trust.audience, _Roles()).roles}
    return Principal(read.sub, _company(claims.get(trust.company_claim)), KNOWN_ROLES & roles)


def _company(claim: object) -> str | None:
    """The company's id as we write it. One that is no GUID is no company of ours."""
    try:
        return str(UUID(claim)) if isinstance(claim, str) else None
    except ValueError:
        return None
