"""The ports in memory."""

from dataclasses import dataclass, field

from bokabridge.errors import BridgeError


@dataclass(slots=True)
class RecordedWebhook:
    """Webhook that records the posts. It raises each of the `errors` in turn, before it accepts a post."""

    errors: list[BridgeError] = field(default_factory=list)
    posts: list[tuple[str, bytes]] = field(default_factory=list)

    def post(self, body: bytes, delivery_id: str) -> None:
        """See Webhook."""
        if self.errors:
            raise self.errors.pop(0)
        self.posts.append((delivery_id, body))


@dataclass(slots=True)
class RecordedQueue:
    """DeliveryQueue that records the waits, by receipt."""

    waits: list[tuple[str, int]] = field(default_factory=list)

    def postpone(self, receipt: str, seconds: int) -> None:
        """See DeliveryQueue."""
        self.waits.append((receipt, seconds))
