"""The callers that the local stack knows, and their tokens: opaque, random, made anew for each stack."""

import secrets
from typing import Any

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE
from local.companies import COMPANIES

_CALLERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "write": (COMPANIES[0].id, (WRITE,)),
    "read": (COMPANIES[0].id, (READ,)),
    "superadmin": (COMPANIES[0].id, (SUPERADMIN,)),
    "none": (COMPANIES[0].id, ()),
    "otherCompany": (COMPANIES[1].id, (WRITE,)),
}


def new_tokens() -> dict[str, str]:
    """A bearer token for each kind of caller. The expired one is a token that nobody knows any more."""
    return {name: f"{name}-{secrets.token_urlsafe(24)}" for name in (*_CALLERS, "expired")}


def contexts(tokens: dict[str, str]) -> dict[str, dict[str, Any]]:
    """What the stand-in authorizer answers for each token it knows."""
    return {
        tokens[name]: {"principalId": name, "companyId": company_id, "roles": " ".join(roles)}
        for name, (company_id, roles) in _CALLERS.items()
    }
