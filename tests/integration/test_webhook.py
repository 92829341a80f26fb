"""The webhook's function with a receiver over real HTTP, and the example in docs/notifications.md."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
import urllib3

from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.adapters.outbound.webhook import SignedWebhook
from bokabridge.clock import utc_now
from bokabridge.errors import FatalError, RetriableError
from local.stack.paths import ROOT
from local.webhook.credentials import SECRET
from local.webhook.simulator import WebhookReceiver
from tests.api_gateway import Context
from tests.wired import WEBHOOK_SECRET, Handler, wired

BODY = json.dumps({"Event": "SyncFailed", "JobId": "job-1", "ErrorMessage": "Lösenordet är fel."}, ensure_ascii=False)
QUEUE = "https://sqs.eu-north-1.amazonaws.com/123456789012/deliveries"

Verify = Callable[[dict[str, str], bytes, str], bool]


@dataclass
class Bridge:
    """The function, its receiver and its queue."""

    handler: Handler
    receiver: WebhookReceiver

    def control(self, **controls: Any) -> None:
        response = urllib3.request("PUT", f"{self.receiver.url}/_control", json=controls)
        assert response.status == 200, response.data

    def deliveries(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = urllib3.request("GET", f"{self.receiver.url}/_state").json()["deliveries"]
        return found

    def deliver(self, body: str = BODY) -> bool:
        """Send a message to the queue and let Lambda call the function with it. True if it was accepted."""
        sqs = boto3.client("sqs")
        sqs.send_message(QueueUrl=QUEUE, MessageBody=body)
        (message,) = sqs.receive_message(QueueUrl=QUEUE, AttributeNames=["All"])["Messages"]
        event = {
            "messageId": message["MessageId"],
            "receiptHandle": message["ReceiptHandle"],
            "body": message["Body"],
            "attributes": message["Attributes"],
        }
        result = self.handler({"Records": [event]}, Context())
        assert result["batchItemFailures"] in ([], [{"itemIdentifier": message["MessageId"]}])
        return not result["batchItemFailures"]

    def hidden(self) -> bool:
        """True if a message waits for its next attempt."""
        found = boto3.client("sqs").get_queue_attributes(QueueUrl=QUEUE, AttributeNames=["All"])
        return found["Attributes"]["ApproximateNumberOfMessagesNotVisible"] == "1"


@pytest.fixture
def bridge(monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    with WebhookReceiver() as receiver, wired({}) as application:
        monkeypatch.setenv("WEBHOOK_URL", receiver.hook)
        yield Bridge(application.handlers["WebhookFunction"], receiver)


@pytest.fixture(scope="module")
def is_genuine() -> Verify:
    """The example in the document."""
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "notifications.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    verify: Verify = names["is_genuine"]
    return verify


def test_delivery_is_posted_once_with_the_same_body_and_a_signature_that_the_documents_example_accepts(
    bridge: Bridge, is_genuine: Verify
) -> None:
    assert bridge.deliver()
    (delivery,) = bridge.deliveries()
    headers, body = delivery["headers"], delivery["body"].encode()
    assert (delivery["body"], delivery["status"]) == (BODY, 204)
    assert headers["X-Bokabridge-Delivery"] == "job-1"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert is_genuine(headers, body, SECRET)
    assert not is_genuine(headers, body, "another secret")
    assert not is_genuine(headers, body + b" ", SECRET)
    assert not is_genuine({**headers, "X-Bokabridge-Timestamp": "1795230245"}, body, SECRET)


def test_receiver_that_fails_gets_the_same_delivery_again(bridge: Bridge) -> None:
    bridge.control(failFirst=2)
    assert [bridge.deliver(), bridge.deliver(), bridge.deliver()] == [False, False, True]
    deliveries = bridge.deliveries()
    assert [each["status"] for each in deliveries] == [500, 500, 204]
    assert len({each["headers"]["X-Bokabridge-Delivery"] for each in deliveries}) == 1


@pytest.mark.parametrize("mode", ["gone", "error500"])
def test_message_that_fails_waits_in_the_queue(bridge: Bridge, mode: str) -> None:
    bridge.control(mode=mode)
    assert not bridge.deliver()
    assert bridge.hidden()


def test_slow_receiver_is_given_up_within_the_functions_time(bridge: Bridge) -> None:
    bridge.control(mode="slow")
    assert not bridge.deliver()


def test_redirect_is_not_followed(bridge: Bridge) -> None:
    bridge.control(mode="redirect")
    assert not bridge.deliver()
    assert [each["path"] for each in bridge.deliveries()] == ["/hook"]


@pytest.mark.parametrize("stored", ["{}", '{"Secret": ""}', '{"Secret": 7}', "no json"])
def test_nothing_is_sent_without_a_secret_to_sign_with(bridge: Bridge, stored: str) -> None:
    boto3.client("secretsmanager").put_secret_value(SecretId=WEBHOOK_SECRET, SecretString=stored)
    assert not bridge.deliver()
    assert bridge.deliveries() == []


def test_receiver_that_is_not_there_is_tried_again(bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEBHOOK_URL", "http://127.0.0.1:9/hook")
    assert not bridge.deliver()


def webhook_at(url: str) -> SignedWebhook:
    """The webhook of a deployment without private networks."""
    guard = Guard(SystemResolver(), allows_private=False, who="The webhook", where="parameter WebhookUrl")
    return SignedWebhook(url, lambda: SECRET, guard, utc_now)


def test_our_own_network_gets_no_delivery() -> None:
    with WebhookReceiver() as receiver, pytest.raises(FatalError, match="The parameter WebhookUrl leads to an address"):
        webhook_at(receiver.hook).post(BODY.encode(), "job-1")


@pytest.mark.parametrize("url", ["ftp://example.com", "https://", "https://user@example.com/", "https://a:b:c/", "x"])
def test_address_that_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(FatalError, match="WebhookUrl"):
        webhook_at(url).post(BODY.encode(), "job-1")


def test_unknown_host_is_tried_again() -> None:
    with pytest.raises(RetriableError, match="unknown host"):
        webhook_at("https://hooks.invalid/").post(BODY.encode(), "job-1")
