"""The deployment's webhook."""

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.deliveries import SqsDeliveries, received, webhook_secret
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.adapters.outbound.webhook import WHO, SignedWebhook
from bokabridge.clock import utc_now
from bokabridge.webhook.delivery import Delivery
from bokabridge.webhook.ports import DeliveryQueue, Webhook
from bokabridge.wiring.environment import required


@cache
def webhook() -> Webhook:
    """The receiver."""
    allows_private = required("ALLOW_PRIVATE_ENDPOINTS") == "true"
    guard = Guard(SystemResolver(), allows_private, who=WHO, where="parameter WebhookUrl")
    name = required("WEBHOOK_SECRET_NAME")
    return SignedWebhook(required("WEBHOOK_URL"), lambda: webhook_secret(name), guard, utc_now)


@cache
def deliveries() -> DeliveryQueue:
    """The queue of deliveries."""
    return SqsDeliveries(clients.sqs, required("WEBHOOK_QUEUE_URL"))


def reader_of_deliveries() -> Callable[[Mapping[str, Any]], Iterable[tuple[str, Delivery]]]:
    """Reads an event of the queue: the messages' ids and their deliveries."""
    return received
