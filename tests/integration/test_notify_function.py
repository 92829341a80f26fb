"""The function that publishes notices, on AWS's services in this process."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from werkzeug.wrappers import Response

from bokabridge.adapters.aws.notices import SnsTopic
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.errors import RetriableError
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import Trigger, new_job
from bokabridge.usersync.notice import Message
from tests.api_gateway import Context
from tests.aws_server import sns_client
from tests.axema import settings_of
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE
from tests.servers import serving
from tests.wired import Handler, wired

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-north-1:123456789012:notices"


@pytest.fixture
def handler() -> Iterator[Handler]:
    with wired({}) as application:
        yield application.handlers["UserSyncNotifyFunction"]


def subscribed(**attributes: str) -> str:
    """The URL of a queue that gets the topic's messages."""
    sqs, sns = boto3.client("sqs"), boto3.client("sns")
    url = sqs.create_queue(QueueName=f"subscriber-{len(sqs.list_queues()['QueueUrls'])}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=arn, Attributes=attributes)
    return url


def received(queue: str) -> list[dict[str, Any]]:
    messages = boto3.client("sqs").receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
    return [json.loads(message["Body"]) for message in messages]


def failed_job() -> str:
    """The id of a job whose failure is the company's first."""
    client = boto3.client("dynamodb")
    DynamoSettings(client, USER_SYNC_TABLE).add(settings_of(COMPANY_ID))
    job, jobs = new_job(COMPANY_ID, Trigger.Schedule, NOON, NOON + timedelta(1)), DynamoJobs(client, USER_SYNC_TABLE)
    jobs.start(job)
    jobs.finish(COMPANY_ID, job.id, Failure("Why."), NOON)
    return job.id


def record_of(job_id: str) -> dict[str, Any]:
    keys = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": f"NOTICE#{job_id}"}}
    return {"eventName": "INSERT", "dynamodb": {"Keys": keys}}


def test_notice_is_published_with_attributes_to_filter_by(handler: Handler) -> None:
    everybody = subscribed()
    own = subscribed(FilterPolicy=json.dumps({"CompanyId": [COMPANY_ID], "Event": ["SyncFailed"]}))
    other = subscribed(FilterPolicy=json.dumps({"CompanyId": [OTHER_COMPANY_ID]}))
    job_id = failed_job()
    assert handler({"Records": [record_of(job_id)]}, Context()) == {"Published": 1}
    (message,) = received(everybody)
    body = json.loads(message["Message"])
    assert (body["Event"], body["JobId"], body["ErrorMessage"]) == ("SyncFailed", job_id, "Why.")
    assert body["Link"].startswith("https://api.example.com/codelock/axema/usersync/")
    assert message["Subject"] == f"bokabridge: the user sync of company {COMPANY_ID} failed"
    assert (len(received(own)), received(other)) == (1, [])


def test_record_without_a_notice_publishes_nothing(handler: Handler) -> None:
    queue = subscribed()
    assert handler({"Records": [record_of("019a7f3a-5d1c-7000-8000-000000000000")]}, Context()) == {"Published": 0}
    assert received(queue) == []


def test_topic_that_is_gone_fails_the_function_so_that_lambda_tries_again(handler: Handler) -> None:
    boto3.client("sns").delete_topic(TopicArn=TOPIC)
    event = {"Records": [record_of(failed_job())]}
    with pytest.raises(boto3.client("sns").exceptions.NotFoundException):
        handler(event, Context())


ERROR = """<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/">
<Error><Type>Sender</Type><Code>{}</Code><Message>A failure for a test.</Message></Error></ErrorResponse>"""


@pytest.mark.parametrize(("status", "code"), [(400, "Throttling"), (429, "ThrottledException"), (500, "InternalError")])
def test_busy_topic_is_a_retriable_error(status: int, code: str) -> None:
    with serving(lambda _: Response(ERROR.format(code), status, content_type="text/xml")) as url:
        topic = SnsTopic(lambda: sns_client(url), TOPIC)
        with pytest.raises(RetriableError, match="SNS is busy"):
            topic.publish(Message("subject", "{}", {}))
