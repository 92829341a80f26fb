"""`bokabridge dead-letters`: lists letters of all formats, and gives each to its function again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.data import COMPANY_ID
from tests.dynamodb import CUSTOMERS_TABLE, USER_SYNC_TABLE, aws_client
from tests.unit.admin.conftest import Operator

NOTICED = "2026-11-26T02:00:10Z"
QUEUES = ("DeadLetters", "OtherDeadLetters", "Deliveries")
EVENT = {"CompanyId": COMPANY_ID, "JobId": "job"}
RUN = {"detail": {"input": json.dumps(EVENT), "status": "ABORTED"}}


def arn(function: str) -> str:
    return f"arn:aws:lambda:eu-north-1:123456789012:function:{function}"


def record(function: str, **content: Any) -> str:
    """Lambda's record of an invocation that failed in all its retries."""
    context = {"functionArn": f"{arn(function)}:$LATEST", "condition": "RetriesExhausted"}
    return json.dumps({"requestContext": context, **content})


@dataclass(frozen=True, slots=True)
class PostOffice:
    """A stack with two queues for dead letters, a queue whose messages end in the second one, and three functions."""

    operator: Operator
    urls: dict[str, str]

    def put(self, body: str, queue: str = "DeadLetters", **attributes: str) -> None:
        texts = {name: {"DataType": "String", "StringValue": text} for name, text in attributes.items()}
        aws_client("sqs").send_message(QueueUrl=self.urls[queue], MessageBody=body, MessageAttributes=texts)

    def listed(self, *queue: str) -> list[tuple[str, str | None, str]]:
        shown = self.operator.run("dead-letters", "list", *queue, "--json").json
        return [(each["Queue"], each["CompanyId"], each["Reason"]) for each in shown]

    def redriven(self, *queue: str) -> tuple[int, list[str]]:
        shown = self.operator.run("dead-letters", "redrive", *queue, "--json")
        return shown.code, [each["Outcome"] for each in shown.json]


@pytest.fixture
def office(operator: Operator) -> Iterator[PostOffice]:
    urls = {name: aws_client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
    policy = {"deadLetterTargetArn": "arn:aws:sqs:eu-north-1:123456789012:OtherDeadLetters", "maxReceiveCount": 12}
    aws_client("sqs").set_queue_attributes(
        QueueUrl=urls["Deliveries"], Attributes={"RedrivePolicy": json.dumps(policy)}
    )
    operator.stack.resources = {
        **{name: ("AWS::SQS::Queue", url) for name, url in urls.items()},
        **{name: ("AWS::Lambda::Function", name) for name in ("close", "removed", "notify")},
    }
    yield PostOffice(operator, urls)
    for url in urls.values():
        aws_client("sqs").delete_queue(QueueUrl=url)


@pytest.mark.parametrize(
    ("body", "attributes", "event", "reason"),
    [
        (record("close", requestPayload=EVENT), {}, EVENT, "RetriesExhausted"),
        (json.dumps(EVENT), {"TARGET_ARN": arn("close"), "ERROR_CODE": "THROTTLING"}, EVENT, "THROTTLING"),
        (json.dumps(RUN), {"TARGET_ARN": arn("close"), "ERROR_CODE": "SDK_CLIENT_ERROR"}, RUN, "SDK_CLIENT_ERROR"),
    ],
    ids=["invocation record", "scheduler", "event of a rule"],
)
def test_letter_is_listed_and_its_function_gets_the_event_again(
    office: PostOffice, body: str, attributes: dict[str, str], event: Any, reason: str
) -> None:
    office.put(body, **attributes)
    assert office.listed() == [("DeadLetters", COMPANY_ID, reason)]
    assert office.redriven() == (0, ["done"])
    assert office.operator.stack.invoked == [("close", event)]
    assert office.operator.run("dead-letters", "list").out == "There are no dead letters.\n"


def test_letter_that_fails_again_stays_and_the_next_one_is_tried(office: PostOffice) -> None:
    office.put(record("close", requestPayload=EVENT))
    office.put(record("removed", requestPayload=EVENT), "OtherDeadLetters")
    office.operator.stack.failing = {"close"}
    assert office.redriven() == (1, ["stays: The function failed again (KeyError).", "done"])
    assert office.listed() == [("DeadLetters", COMPANY_ID, "RetriesExhausted")]


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("not JSON", "stays: The message has no event for a function."),
        ("{}", "stays: The message has no event for a function."),
        (record("stranger", requestPayload={}), "stays: The function stranger does not belong to this stack."),
    ],
)
def test_message_that_is_no_letter_of_the_stack_stays_and_invokes_nothing(
    office: PostOffice, body: str, outcome: str
) -> None:
    office.put(body)
    assert office.redriven() == (1, [outcome])
    assert office.operator.stack.invoked == []
    assert len(office.listed()) == 1


def batch(table: str) -> dict[str, Any]:
    """What Lambda's record says about records of a table's stream."""
    times = {"approximateArrivalOfFirstRecord": "2026-11-26T02:00:05Z", "approximateArrivalOfLastRecord": NOTICED}
    stream = f"arn:aws:dynamodb:eu-north-1:123456789012:table/{table}/stream/2026-11-01T00:00:00.000"
    return {"DDBStreamBatchInfo": {"streamArn": stream, "startSequenceNumber": "1", **times}}


def test_letter_about_the_stream_of_customers_lets_every_company_compare_everybody(office: PostOffice) -> None:
    office.put(record("removed", **batch(CUSTOMERS_TABLE)))
    assert office.redriven() == (0, ["done"])
    key = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": "LOCK"}}
    lock = aws_client("dynamodb").get_item(TableName=USER_SYNC_TABLE, Key=key)["Item"]
    assert (lock["Removals"], lock["Customers"]) == ({"N": "1"}, {"N": "0"})
    assert office.operator.stack.invoked == []


def test_letter_about_the_stream_of_notices_publishes_those_of_that_time_again(office: PostOffice) -> None:
    keys = {}
    for job_id, ended in (("then", NOTICED), ("before", "2026-11-26T01:00:00Z"), ("later", "2026-11-26T03:00:00Z")):
        keys[job_id] = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": f"NOTICE#{job_id}"}}
        item = {**keys[job_id], "EndedDate": {"S": ended}}
        aws_client("dynamodb").put_item(TableName=USER_SYNC_TABLE, Item=item)
    office.put(record("notify", **batch(USER_SYNC_TABLE)))
    assert office.redriven() == (0, ["done"])
    assert office.operator.stack.invoked == [("notify", {"Records": [{"dynamodb": {"Keys": keys["then"]}}]})]


def test_message_of_another_queue_goes_back_to_it(office: PostOffice) -> None:
    body = json.dumps({"Event": "SyncFailed", "CompanyId": COMPANY_ID})
    office.put(body, "OtherDeadLetters")
    assert office.listed() == [("OtherDeadLetters", COMPANY_ID, "every attempt failed")]
    assert office.redriven() == (0, ["done"])
    (message,) = aws_client("sqs").receive_message(QueueUrl=office.urls["Deliveries"])["Messages"]
    assert message["Body"] == body
    assert office.operator.stack.invoked == []


def test_one_queue_is_chosen_by_its_name(office: PostOffice) -> None:
    office.put(record("close", requestPayload=EVENT))
    office.put(record("close", requestPayload=EVENT), "OtherDeadLetters")
    assert office.redriven("OtherDeadLetters") == (0, ["done"])
    assert [queue for queue, *_ in office.listed()] == ["DeadLetters"]
    refused = office.operator.run("dead-letters", "list", "Nothing")
    assert (refused.code, refused.err) == (
        4,
        "The stack has no queue Nothing. There are DeadLetters, OtherDeadLetters.\n",
    )


def test_listed_letters_are_there_for_the_next_reader_at_once(office: PostOffice) -> None:
    for _ in range(12):
        office.put(record("close", requestPayload=EVENT))
    assert len(office.listed()) == 12
    assert len(office.listed()) == 12
