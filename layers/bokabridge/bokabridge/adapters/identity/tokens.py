"""Bearer tokens: signature, issuer and time by PyJWT, the rest by `claims`.

PyJWT is in the authorizer's own package and not in the layer: nobody else may import this.
"""

from collections.abc import Callable

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bokabridge.adapters.identity.claims import Trust, principal_in
from bokabridge.adapters.identity.keys import ALGORITHM
from bokabridge.auth.principal import Principal
from bokabridge.errors import Unauthenticated

CLOCK_SKEW = 60
"""Seconds that the issuer's clock and ours may differ."""

KEYS_PATH = "/protocol/openid-connect/certs"
"""Where Keycloak has a realm's keys, below the issuer."""

_MAX_TOKEN_CHARACTERS = 16 * 1024
"""API Gateway lets 10 KB of headers through; nothing longer is worth decoding."""


class JwtVerifier:
    """TokenVerifier for one issuer's signed tokens. `find_key` gives the issuer's key with an id, or None."""

    def __init__(self, find_key: Callable[[str], RSAPublicKey | None], trust: Trust) -> None:
        self._find_key = find_key
        self._trust = trust

    def principal(self, token: str) -> Principal:
        """See TokenVerifier. The algorithm is ours to choose, never the token's."""
        key = self._find_key(_key_id(token))
        if key is None:
            raise Unauthenticated("the token's key is not known")
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=[ALGORITHM],
                issuer=self._trust.issuer,
                leeway=CLOCK_SKEW,
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except jwt.PyJWTError as error:
            raise Unauthenticated(type(error).__name__) from None
        return principal_in(claims, self._trust)


def _key_id(token: str) -> str:
    """Before any key is asked for, so that what can be refused without the issuer is."""
    if len(token) > _MAX_TOKEN_CHARACTERS:
        raise Unauthenticated("the token is too long")
    try:
        header = jwt.get_unverified_header(token)
    except jwt.PyJWTError as error:
        raise Unauthenticated(type(error).__name__) from None
    key_id = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(key_id, str):
        raise Unauthenticated("the token is signed in another way")
    return key_id
