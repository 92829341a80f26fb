"""The issuer's public keys (JWKS), kept: a warm function asks for them seldom, whatever tokens it is shown."""

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bokabridge.adapters.outbound.request import request, retrying
from bokabridge.errors import BridgeError, RetriableError
from bokabridge.logs import logger

ALGORITHM = "RS256"

MAX_AGE = 600.0
"""Seconds after which the keys are asked for again: a key that the issuer took back is not believed much longer."""

MAX_AGE_WHEN_AWAY = 24 * 3600.0
"""Seconds that the last known keys are believed while the issuer does not answer."""

UNKNOWN_KEY_INTERVAL = 10.0
"""Seconds. An unknown key id asks the issuer once in so long, or tokens with invented ids could be used to flood it."""

RETRY_INTERVAL = 5.0
"""Seconds until an issuer that did not answer is asked again."""

_GIVE_UP_AFTER = 2.0
_MIN_KEY_BITS = 2048


class SigningKeys:
    """The RSA keys at one address, by key id. `monotonic` gives seconds."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._keys: dict[str, RSAPublicKey] = {}
        self._believed_until = self._ask_at = self._ask_for_unknown_at = float("-inf")

    def find(self, key_id: str) -> RSAPublicKey | None:
        """The key with this id, if the issuer has one. Raises RetriableError while no key at all can be believed."""
        now = self._monotonic()
        if now >= self._ask_at:
            self._ask(now)
        elif key_id not in self._keys and now >= self._ask_for_unknown_at:
            self._ask_for_unknown_at = now + UNKNOWN_KEY_INTERVAL
            self._ask(now)
        if now >= self._believed_until:
            raise RetriableError("The identity server's keys are not known.")
        return self._keys.get(key_id)

    def _ask(self, now: float) -> None:
        """Failing is not the caller's problem while older keys can be believed."""
        self._ask_at = now + RETRY_INTERVAL
        try:
            self._keys = _keys_in(retrying(self._fetch, _GIVE_UP_AFTER))
        except BridgeError as error:
            logger().warning("the identity server's keys could not be read", reason=str(error))
            return
        self._ask_at = now + MAX_AGE
        self._believed_until = now + MAX_AGE_WHEN_AWAY

    def _fetch(self) -> bytes:
        answer = request("GET", self._url, who="The identity server", headers={"Accept": "application/json"})
        if answer.status != 200:
            raise RetriableError(f"The identity server answered with HTTP status {answer.status}.")
        return answer.body


def _keys_in(body: bytes) -> dict[str, RSAPublicKey]:
    """The keys that can sign our kind of token; others (for encryption, of other kinds, too short) are left out."""
    try:
        listed: list[dict[str, Any]] = json.loads(body)["keys"]
        found = {str(entry["kid"]): _key(entry) for entry in listed if _is_for_us(entry)}
    except (ValueError, LookupError, TypeError, jwt.PyJWTError):
        raise RetriableError("The identity server sent an answer that is not a set of keys.") from None
    return {key_id: key for key_id, key in found.items() if key is not None}


def _is_for_us(entry: dict[str, Any]) -> bool:
    return (
        entry.get("kty") == "RSA"
        and entry.get("use", "sig") == "sig"
        and entry.get("alg", ALGORITHM) == ALGORITHM
        and "kid" in entry
    )


def _key(entry: dict[str, Any]) -> RSAPublicKey | None:
    key = jwt.PyJWK(entry, ALGORITHM).key
    return key if isinstance(key, RSAPublicKey) and key.key_size >= _MIN_KEY_BITS else None
