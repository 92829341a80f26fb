"""A cache of the issuer's public keys (JWKS). A warm function rarely reads them, whatever tokens it is shown."""

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

MAX_AGE_SECONDS = 600.0
"""The keys are read again after this time, so a key that the issuer revokes stops working soon afterwards."""

MAX_AGE_WHEN_UNREACHABLE_SECONDS = 24 * 3600.0
"""The latest keys stay valid for this long if the issuer does not respond."""

UNKNOWN_KEY_INTERVAL_SECONDS = 10.0
"""An unknown key id makes us read the keys at most this often. Otherwise invented ids could flood the issuer."""

RETRY_INTERVAL_SECONDS = 5.0
"""The pause before the next request to an issuer that did not respond."""

_GIVE_UP_AFTER_SECONDS = 2.0
_MIN_KEY_BITS = 2048


class SigningKeys:
    """The RSA keys at one address, by key id. `monotonic` returns seconds."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._keys: dict[str, RSAPublicKey] = {}
        self._valid_until = self._read_at = self._read_for_unknown_at = float("-inf")

    def find(self, key_id: str) -> RSAPublicKey | None:
        """The key with this id, or None if the issuer has no such key. Raises RetriableError without valid keys."""
        now = self._monotonic()
        if now >= self._read_at:
            self._read(now)
        elif key_id not in self._keys and now >= self._read_for_unknown_at:
            self._read_for_unknown_at = now + UNKNOWN_KEY_INTERVAL_SECONDS
            self._read(now)
        if now >= self._valid_until:
            raise RetriableError("The identity server's keys could not be read. Try again in a while.")
        return self._keys.get(key_id)

    def _read(self, now: float) -> None:
        """Reads the keys from the issuer. If that fails, the older keys stay valid for a while."""
        self._read_at = now + RETRY_INTERVAL_SECONDS
        try:
            self._keys = _keys_in(retrying(self._fetch, _GIVE_UP_AFTER_SECONDS))
        except BridgeError as error:
            logger().warning("the identity server's keys could not be read", reason=str(error))
            return
        self._read_at = now + MAX_AGE_SECONDS
        self._valid_until = now + MAX_AGE_WHEN_UNREACHABLE_SECONDS

    def _fetch(self) -> bytes:
        response = request("GET", self._url, who="The identity server", headers={"Accept": "application/json"})
        if response.status != 200:
            raise RetriableError(f"The identity server responded with HTTP status {response.status}.")
        return response.body


def _keys_in(body: bytes) -> dict[str, RSAPublicKey]:
    """The keys that can sign our kind of token. Others (for encryption, of other kinds, too short) are left out."""
    try:
        listed: list[dict[str, Any]] = json.loads(body)["keys"]
        found = {str(entry["kid"]): _key(entry) for entry in listed if _can_sign(entry)}
    except (ValueError, LookupError, TypeError, jwt.PyJWTError):
        raise RetriableError("The identity server's response is not a set of keys.") from None
    return {key_id: key for key_id, key in found.items() if key is not None}


def _can_sign(entry: dict[str, Any]) -> bool:
    return (
        entry.get("kty") == "RSA"
        and entry.get("use", "sig") == "sig"
        and entry.get("alg", ALGORITHM) == ALGORITHM
        and "kid" in entry
    )


def _key(entry: dict[str, Any]) -> RSAPublicKey | None:
    key = jwt.PyJWK(entry, ALGORITHM).key
    return key if isinstance(key, RSAPublicKey) and key.key_size >= _MIN_KEY_BITS else None
