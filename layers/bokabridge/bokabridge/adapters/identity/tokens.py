"""Verification of bearer tokens. PyJWT checks signature, issuer and time; `claims` checks the rest.

PyJWT is in the authorizer's own package and not in the layer, so no other function may import this module.
"""

from collections.abc import Callable

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bokabridge.adapters.identity.claims import Trust, principal_in
from bokabridge.adapters.identity.keys import ALGORITHM
from bokabridge.auth.principal import Principal
from bokabridge.errors import Unauthenticated

CLOCK_SKEW_SECONDS = 60
"""The permitted difference between the issuer's clock and ours."""

KEYS_PATH = "/protocol/openid-connect/certs"
"""The path of a realm's keys in Keycloak, below the issuer."""

_MAX_TOKEN_CHARACTERS = 16 * 1024
"""API Gateway accepts 10 KB of headers, so a longer token is not worth decoding."""

_UNREADABLE = (jwt.PyJWTError, ValueError, RecursionError)
"""What PyJWT raises for a token that is not one. The last two: not UTF-8, or JSON that is nested too deep."""


class JwtVerifier:
    """TokenVerifier for one issuer's signed tokens. `find_key` returns the issuer's key with an id, or None."""

    def __init__(self, find_key: Callable[[str], RSAPublicKey | None], trust: Trust) -> None:
        self._find_key = find_key
        self._trust = trust

    def verify(self, token: str) -> Principal:
        """See TokenVerifier. We choose the algorithm, never the token."""
        key = self._find_key(_key_id(token))
        if key is None:
            raise Unauthenticated("the token's key is not known")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._trust.issuer,
                leeway=CLOCK_SKEW_SECONDS,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except _UNREADABLE as error:
            raise Unauthenticated(type(error).__name__) from None
        return principal_in(claims, self._trust)


def _key_id(token: str) -> str:
    """The id of the key that signed the token. Refuses as many tokens as possible before any key is read."""
    if len(token) > _MAX_TOKEN_CHARACTERS:
        raise Unauthenticated("the token is too long")
    try:
        header = jwt.get_unverified_header(token)
    except _UNREADABLE as error:
        raise Unauthenticated(type(error).__name__) from None
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
        raise Unauthenticated("the token uses another algorithm or names no key")
    return key_id
