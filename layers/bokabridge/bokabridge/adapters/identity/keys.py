"""A cache of the issuer's public keys (JWKS). A warm function rarely reads them, whatever tokens it is shown."""

import json
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from bokabridge.adapters.outbound.connections import Patience, connect_to
from bokabridge.adapters.outbound.deadline import start
from bokabridge.adapters.outbound.request import Limits, request
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
MAX_RETRY_INTERVAL_SECONDS = 300.0
"""The pause before the next request to an issuer that did not respond. It doubles with each failure."""

READ_SECONDS = 5.0
"""The longest time of one reading, with the connection. A caller whose key we do not know waits for it.

Without any keys, a reading that is given up is an error for this caller, so we wait as long as a person would.
"""

GRACE_SECONDS = 0.5
"""The longest time that a caller whose key we know waits for a reading: enough for an issuer that works.

Lambda freezes a function between two calls, so a reading that nobody waits for would often never end.
"""

_PATIENCE = Patience(READ_SECONDS, READ_SECONDS, READ_SECONDS)
_LIMITS = Limits(body_bytes=1024 * 1024, body_seconds=READ_SECONDS)
_MIN_KEY_BITS = 2048

Keys = dict[str, RSAPublicKey]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A reading of the keys that is under way in a thread of its own, which ends by itself."""

    began_at: float
    keys: Future[Keys]


class SigningKeys:
    """The RSA keys at one address, by key id. `monotonic` returns seconds."""

    def __init__(self, url: str, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._monotonic = monotonic
        self._keys: Keys = {}
        self._valid_until = self._read_at = self._read_for_unknown_at = float("-inf")
        self._reading: _Reading | None = None
        self._failures = 0

    def find(self, key_id: str) -> RSAPublicKey | None:
        """The key with this id, or None if the issuer has no such key. Raises RetriableError without valid keys."""
        now = self._monotonic()
        self._conclude(now)
        if self._knows(key_id, now):
            if self._reading is None and now >= self._read_at:
                self._read(now, GRACE_SECONDS)
        elif self._reading is not None or now >= self._read_at:
            self._read(now, READ_SECONDS)
        elif now >= self._read_for_unknown_at:
            self._read_for_unknown_at = now + UNKNOWN_KEY_INTERVAL_SECONDS
            self._read(now, READ_SECONDS)
        if now >= self._valid_until:
            raise RetriableError("The identity server's keys could not be read. Try again in a while.")
        return self._keys.get(key_id)

    def _knows(self, key_id: str, now: float) -> bool:
        return key_id in self._keys and now < self._valid_until

    def _read(self, now: float, wait_seconds: float) -> None:
        """Begins a reading, unless one is under way, and waits for it for at most this time."""
        if self._reading is None:
            self._reading = _Reading(now, start(self._fetch))
        try:
            self._reading.keys.exception(wait_seconds)
        except TimeoutError:
            if wait_seconds >= READ_SECONDS:
                self._failed(now, "timeout")
            return
        self._conclude(now)

    def _conclude(self, now: float) -> None:
        """Takes over the result of a reading that has ended, or gives up one that takes too long."""
        if self._reading is None:
            return
        if not self._reading.keys.done():
            if now - self._reading.began_at >= READ_SECONDS:
                self._failed(now, "timeout")
            return
        error = self._reading.keys.exception()
        if error is not None:
            self._failed(now, str(error) if isinstance(error, BridgeError) else type(error).__name__)
            return
        self._keys = self._reading.keys.result()
        self._read_at = self._reading.began_at + MAX_AGE_SECONDS  # the function may have been frozen since then
        self._valid_until = self._reading.began_at + MAX_AGE_WHEN_UNREACHABLE_SECONDS
        self._reading, self._failures = None, 0

    def _failed(self, now: float, reason: str) -> None:
        """Keeps the older keys, and pauses longer after each failure. Without valid keys, no caller gains by that."""
        self._reading = None
        pause = min(RETRY_INTERVAL_SECONDS * 2**self._failures, MAX_RETRY_INTERVAL_SECONDS)
        is_valid = now < self._valid_until
        self._read_at = max(self._read_at, now + (pause if is_valid else RETRY_INTERVAL_SECONDS))
        self._failures = min(self._failures + 1, 10)
        logger().warning("the identity server's keys could not be read", reason=reason)

    def _fetch(self) -> Keys:
        """Reads the keys on a new connection: minutes lie between two readings. Raises BridgeError."""
        with connect_to(self._url, _PATIENCE) as connection:
            response = request(
                "GET",
                self._url,
                who="The identity server",
                headers={"Accept": "application/json", "Connection": "close"},
                via=connection,
                limits=_LIMITS,
            )
        if response.status != 200:
            raise RetriableError(f"The identity server responded with HTTP status {response.status}.")
        return _keys_in(response.body)


def _keys_in(body: bytes) -> Keys:
    """The keys that can sign our kind of token. Others (for encryption, of other kinds, too short) are left out."""
    try:
        listed: list[dict[str, Any]] = json.loads(body)["keys"]
        found = {str(entry["kid"]): _key(entry) for entry in listed if _can_sign(entry)}
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError, jwt.PyJWTError):
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
