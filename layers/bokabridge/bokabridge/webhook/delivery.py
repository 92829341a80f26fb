"""One delivery to the webhook: its headers with the signature, and the wait before the next attempt."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bokabridge.errors import BridgeError
from bokabridge.webhook.ports import DeliveryQueue, Webhook

_FIRST_WAIT_SECONDS = 60
_LONGEST_WAIT_SECONDS = 3600

MAX_ATTEMPTS = 12
"""The queue gives up after this many, about 6 hours after the first (template.yaml)."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to post. `attempt` counts from 1, and `receipt` is the queue's handle for this attempt."""

    body: bytes
    attempt: int
    receipt: str

    @property
    def id(self) -> str:
        """The same at each attempt, also if SNS delivers a message twice: the id of the job that it is about."""
        return str(json.loads(self.body)["JobId"])


def deliver(delivery: Delivery, *, webhook: Webhook, queue: DeliveryQueue) -> BridgeError | None:
    """Post the message. If that fails, tell the queue when to try again, and return the error.

    Errors that a person has to correct, such as a missing secret, are tried again too: somebody may correct them.
    """
    try:
        webhook.post(delivery.body, delivery.id)
    except BridgeError as error:
        queue.postpone(delivery.receipt, wait_seconds(delivery.attempt))
        return error
    return None


def wait_seconds(attempt: int) -> int:
    """The wait after this failed attempt: 1, 2, 4, 8, 16 and 32 minutes, then an hour each time."""
    return min(_FIRST_WAIT_SECONDS << (attempt - 1), _LONGEST_WAIT_SECONDS)


def signed_headers(secret: str, body: bytes, delivery_id: str, now: datetime) -> Mapping[str, str]:
    """The headers of a delivery. The signature covers the time, so that an old delivery cannot be sent again later."""
    timestamp = str(int(now.timestamp()))
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json; charset=utf-8",
        "X-Bokabridge-Delivery": delivery_id,
        "X-Bokabridge-Timestamp": timestamp,
        "X-Bokabridge-Signature": f"v1={digest}",
    }
