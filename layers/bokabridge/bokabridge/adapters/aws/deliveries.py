"""The SQS queue of the webhook's deliveries."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.aws.errors import transient_as_retriable
from bokabridge.adapters.aws.json_secret import read_json_secret
from bokabridge.errors import FatalError
from bokabridge.webhook.delivery import Delivery

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


class SqsDeliveries:
    """DeliveryQueue on SQS. `client` returns the same client each time."""

    def __init__(self, client: "Callable[[], SQSClient]", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def postpone(self, receipt: str, seconds: int) -> None:
        """See DeliveryQueue. Does nothing if the message is not in flight any more."""
        client = self._client()
        gone = (client.exceptions.MessageNotInflight, client.exceptions.ReceiptHandleIsInvalid)
        with transient_as_retriable("SQS"), suppress(*gone):
            client.change_message_visibility(QueueUrl=self._queue_url, ReceiptHandle=receipt, VisibilityTimeout=seconds)


def received(event: Mapping[str, Any]) -> Iterator[tuple[str, Delivery]]:
    """The deliveries in Lambda's event, each with its message's id. The topic sends its messages as they are."""
    for record in event["Records"]:
        attempt = int(record["attributes"]["ApproximateReceiveCount"])
        yield record["messageId"], Delivery(record["body"].encode(), attempt, record["receiptHandle"])


def webhook_secret(name: str) -> str:
    """The key of the signatures: the member Secret of a secret `{"Secret": "…"}`. Raises FatalError."""
    found = read_json_secret(name, "The secret of the webhook").get("Secret")
    if not isinstance(found, str) or not found:
        raise FatalError(f'The secret {name} has no member Secret. Store it again: {{"Secret": "…"}}.')
    return found
