"""Notices on the deployed stack, from a sync's end to the topic and the webhook."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import urllib3

from bokabridge.usersync.notice import PAUSES_LATER, RESUMED
from bokabridge.usersync.standing import PAUSED
from local.stack.paths import ROOT
from local.webhook.credentials import SECRET
from tests.e2e.client import COMPLETED, FAILED, JOBS, Bridge
from tests.e2e.observed import logged, physical_id
from tests.e2e.settings import SETTINGS, company_without_settings, schedule_of, succeeded, vaka_online_members
from tests.e2e.waiting import wait_for

pytestmark = pytest.mark.needs_embedded_api("The notices' topic is on the embedded stack.")


@dataclass(frozen=True)
class Subscriber:
    """A queue that gets the topic's messages about one company."""

    sqs: Any
    url: str
    received: list[dict[str, Any]]

    def messages(self) -> list[dict[str, Any]]:
        """All messages until now, in the order of their publication."""
        found = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
        for message in found.get("Messages", []):
            self.received.append(json.loads(message["Body"]))
            self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"])
        return sorted(self.received, key=lambda message: str(json.loads(message["Message"])["CompletedDate"]))

    def bodies(self, number: int) -> list[dict[str, Any]]:
        """The bodies of so many messages, once they have come. Fails if there are more."""
        messages = wait_for(lambda: found if len(found := self.messages()) >= number else None, 30)
        assert len(messages) == number
        return [json.loads(message["Message"]) for message in messages]


@pytest.fixture
def company(bridge: Bridge) -> str:
    """A company with a schedule."""
    found = company_without_settings(bridge, 3)
    body = {**vaka_online_members(found), "Schedule": "cron(0 3 * * ? *)"}
    succeeded(bridge.call("POST", SETTINGS, body=body))
    return found


@pytest.fixture
def subscriber(bridge: Bridge, company: str) -> Iterator[Subscriber]:
    deployment = bridge.stack.deployment
    sqs, sns = deployment.client("sqs"), deployment.client("sns")
    topic = deployment.outputs["UserSyncNoticesTopicArn"]
    url = sqs.create_queue(QueueName=f"notices-{company}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    may_send = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    statement = {**may_send, "Resource": arn, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(policy)})
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"FilterPolicy": json.dumps({"CompanyId": [company]})},
        ReturnSubscriptionArn=True,
    )
    yield Subscriber(sqs, url, [])
    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])
    sqs.delete_queue(QueueUrl=url)


def night(bridge: Bridge, company: str) -> dict[str, Any]:
    """What the company's schedule starts, and the job once it has ended. Empty if it starts nothing."""
    response = bridge.stack.deployment.client("lambda").invoke(
        FunctionName=physical_id(bridge.stack, "UserSyncScheduleFunction"),
        Payload=json.dumps({"CompanyId": company}).encode(),
    )
    assert "FunctionError" not in response
    result = json.loads(response["Payload"].read())
    return bridge.finished(company, result["JobId"]) if result["Started"] else {}


def shown(bridge: Bridge, company: str) -> dict[str, Any]:
    return succeeded(bridge.call("GET", SETTINGS, CompanyId=company))


def posted(bridge: Bridge, company: str) -> list[dict[str, Any]]:
    """What the webhook has got about the company."""
    found = urllib3.request("GET", f"{bridge.stack.webhook_url}/_state").json()["deliveries"]
    return [each for each in found if json.loads(each["body"])["CompanyId"] == company]


def test_three_nights_of_a_wrong_secret_give_one_notice_and_a_pause_until_the_settings_are_tested(
    bridge: Bridge, company: str, subscriber: Subscriber
) -> None:
    bridge.steer(company, credentialsVersion=1)
    jobs = [night(bridge, company) for _ in range(3)]
    assert [job["Status"] for job in jobs] == [FAILED] * 3
    assert jobs[2]["ErrorMessage"] == f"{jobs[1]['ErrorMessage']} {PAUSED}"
    assert night(bridge, company) == {}
    settings = shown(bridge, company)
    assert (settings["SchedulePaused"], settings.get("NextRun")) == (PAUSED, None)
    assert schedule_of(bridge, company) is not None

    test = succeeded(bridge.call("POST", f"{SETTINGS}/test", body={"CompanyId": company}))
    assert (test["Success"], "SchedulePaused" in shown(bridge, company)) == (False, True)
    bridge.steer(company, credentialsVersion=0)  # somebody has corrected the account in Axema
    test = succeeded(bridge.call("POST", f"{SETTINGS}/test", body={"CompanyId": company}))
    assert test["Success"] is True
    settings = shown(bridge, company)
    assert ("SchedulePaused" in settings, "NextRun" in settings) == (False, True)

    completed = [night(bridge, company) for _ in range(2)]
    assert [job["Status"] for job in completed] == [COMPLETED] * 2
    failed, recovered = subscriber.bodies(2)
    assert (failed["Event"], failed["JobId"], failed["ErrorMessage"], failed["Schedule"]) == (
        "SyncFailed",
        jobs[0]["Id"],
        jobs[0]["ErrorMessage"],
        PAUSES_LATER,
    )
    assert (recovered["Event"], recovered["JobId"], recovered["FailuresInRow"]) == (
        "SyncRecovered",
        completed[0]["Id"],
        3,
    )
    assert failed["Link"] == f"{bridge.stack.api_url}{JOBS}/{jobs[0]['Id']}?CompanyId={company}"
    headers = {"Authorization": f"Bearer {bridge.stack.tokens['superadmin']}"}
    assert urllib3.request("GET", failed["Link"], headers=headers).json()["Id"] == jobs[0]["Id"]


def test_sync_by_request_that_completes_resumes_a_paused_schedule(
    bridge: Bridge, company: str, subscriber: Subscriber
) -> None:
    bridge.steer(company, credentialsVersion=1)
    for _ in range(3):
        bridge.sync(company)
    assert "SchedulePaused" in shown(bridge, company)
    bridge.steer(company, credentialsVersion=0)
    assert bridge.sync(company)["Status"] == COMPLETED
    assert "NextRun" in shown(bridge, company)
    assert subscriber.bodies(2)[1]["Schedule"] == RESUMED


def test_webhook_gets_each_notice_signed_and_again_after_a_failure(bridge: Bridge, company: str) -> None:
    (example,) = re.findall(r"```python\n(.*?)```", (ROOT / "docs" / "notifications.md").read_text(), re.DOTALL)
    names: dict[str, Any] = {}
    exec(example, names)
    bridge.steer(company, credentialsVersion=1)
    job = bridge.sync(company)
    (delivery,) = wait_for(lambda: posted(bridge, company), 30)
    assert json.loads(delivery["body"])["JobId"] == delivery["headers"]["X-Bokabridge-Delivery"] == job["Id"]
    assert names["is_genuine"](delivery["headers"], delivery["body"].encode(), SECRET)
    assert delivery["status"] == 204


def test_logs_of_notices_have_neither_reasons_nor_secrets_of_the_webhook(bridge: Bridge, company: str) -> None:
    bridge.steer(company, credentialsVersion=1)
    bridge.sync(company)
    wait_for(lambda: posted(bridge, company), 30)
    lines = "\n".join([*logged(bridge.stack, "usersync-notify"), *logged(bridge.stack, "/webhook")])
    assert company in lines
    assert SECRET not in lines
    assert "v1=" not in lines
