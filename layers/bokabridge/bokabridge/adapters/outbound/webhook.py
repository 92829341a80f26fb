"""Posting to the deployment's webhook."""

from collections.abc import Callable
from urllib.parse import urlsplit

from bokabridge.adapters.outbound.connections import Patience
from bokabridge.adapters.outbound.guarded import Guard, pinned
from bokabridge.adapters.outbound.request import Limits, request
from bokabridge.clock import Clock
from bokabridge.errors import FatalError, RetriableError
from bokabridge.webhook.delivery import signed_headers

WHO = "The webhook"

_PATIENCE = Patience(connect_seconds=3.0, read_seconds=8.0, header_seconds=8.0, open_seconds=6.0)
_LIMITS = Limits(body_bytes=64 * 1024, body_seconds=3.0)
"""A receiver stores a message and works on it later. Nothing in its response matters but the status."""


class SignedWebhook:
    """Webhook over HTTPS. The address is checked and resolved for each post, and redirects are not followed."""

    def __init__(self, url: str, secret: Callable[[], str], guard: Guard, clock: Clock) -> None:
        self._url = url
        self._secret = secret
        self._guard = guard
        self._clock = clock

    def post(self, body: bytes, delivery_id: str) -> None:
        """See Webhook."""
        headers = signed_headers(self._secret(), body, delivery_id, self._clock())
        scheme, host, port = _parts(self._url)
        with pinned(scheme, host, port, self._guard.address_of(host), patience=_PATIENCE) as pool:
            response = request("POST", self._url, who=WHO, headers=headers, body=body, via=pool, limits=_LIMITS)
        if not 200 <= response.status <= 299:
            raise RetriableError(f"{WHO} responded with HTTP status {response.status}.")


def _parts(url: str) -> tuple[str, str, int]:
    """Scheme, host and port. Raises FatalError."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username is not None:
        raise FatalError("The parameter WebhookUrl is not a URL that can be used. Correct it.")
    return parts.scheme, parts.hostname, port or {"http": 80, "https": 443}[parts.scheme]
