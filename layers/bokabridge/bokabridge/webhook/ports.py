"""The ports of the webhook. Their adapters are in adapters/."""

from typing import Protocol


class Webhook(Protocol):
    """The receiver."""

    def post(self, body: bytes, delivery_id: str) -> None:
        """Post a message, signed. Raises BridgeError for every response but a 2xx, and without a response."""
        ...


class DeliveryQueue(Protocol):
    """The queue of deliveries."""

    def postpone(self, receipt: str, seconds: int) -> None:
        """Keep the message with this receipt from the next attempt for this time. Raises RetriableError."""
        ...
