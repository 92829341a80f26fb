"""Deliveries to the webhook: signature, attempts and waits."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.errors import BridgeError, FatalError, RetriableError
from bokabridge.webhook.delivery import MAX_ATTEMPTS, Delivery, deliver, signed_headers, wait_seconds
from bokabridge.webhook.fakes import RecordedQueue, RecordedWebhook
from tests.template import functions, resources

BODY = json.dumps({"JobId": "job-1", "ErrorMessage": "Lösenordet är fel."}, ensure_ascii=False).encode()
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def delivery(attempt: int = 1) -> Delivery:
    return Delivery(BODY, attempt, "receipt")


def test_accepted_delivery_has_the_jobs_id() -> None:
    webhook, queue = RecordedWebhook(), RecordedQueue()
    assert deliver(delivery(), webhook=webhook, queue=queue) is None
    assert (webhook.posts, queue.waits) == ([("job-1", BODY)], [])


@pytest.mark.parametrize("error", [RetriableError("HTTP status 500."), FatalError("The secret is missing.")])
def test_delivery_that_fails_waits_whatever_the_error_is(error: BridgeError) -> None:
    queue = RecordedQueue()
    assert deliver(delivery(attempt=4), webhook=RecordedWebhook([error]), queue=queue) is error
    assert queue.waits == [("receipt", 480)]


def test_waits_grow_to_an_hour_and_last_for_hours_in_all() -> None:
    waits = [wait_seconds(attempt) for attempt in range(1, MAX_ATTEMPTS)]
    assert waits[:7] == [60, 120, 240, 480, 960, 1920, 3600]
    assert max(waits) == 3600
    assert timedelta(hours=5) < timedelta(seconds=sum(waits)) < timedelta(hours=12)


def test_queue_gives_up_after_the_last_attempt_and_outlives_the_function() -> None:
    queue = resources()["WebhookDeliveries"]["Properties"]
    assert queue["RedrivePolicy"]["maxReceiveCount"] == MAX_ATTEMPTS
    assert queue["VisibilityTimeout"] >= 6 * functions()["WebhookFunction"]["Timeout"]


def test_signature_covers_time_and_body() -> None:
    headers = signed_headers("secret", BODY, "job-1", NOW)
    timestamp = str(int(NOW.timestamp()))
    digest = hmac.new(b"secret", f"{timestamp}.".encode() + BODY, hashlib.sha256).hexdigest()
    assert headers["X-Bokabridge-Timestamp"] == timestamp
    assert headers["X-Bokabridge-Signature"] == f"v1={digest}"
    assert headers["X-Bokabridge-Delivery"] == "job-1"
    for other in (
        signed_headers("another", BODY, "job-1", NOW),
        signed_headers("secret", BODY + b" ", "job-1", NOW),
        signed_headers("secret", BODY, "job-1", NOW + timedelta(seconds=1)),
    ):
        assert other["X-Bokabridge-Signature"] != headers["X-Bokabridge-Signature"]
