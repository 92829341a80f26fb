"""`bokabridge dead-letters`: lists letters of all formats, and gives each to its function again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.data import COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE, aws_client
from tests.unit.admin.conftest import Operator

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
    """A stack with two queues and two functions."""

    operator: Operator
    urls: dict[str, str]

    def put(self, body: str, queue: str = "Letters", **attributes: str) -> None:
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
    urls = {name: aws_client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in ("Letters", "Others")}
    operator.stack.resources = {
        **{name: ("AWS::SQS::Queue", url) for name, url in urls.items()},
        **{name: ("AWS::Lambda::Function", name) for name in ("close", "removed")},
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
    assert office.listed() == [("Letters", COMPANY_ID, reason)]
    assert office.redriven() == (0, ["done"])
    assert office.operator.stack.invoked == [("close", event)]
    assert office.operator.run("dead-letters", "list").out == "There are no dead letters.\n"


def test_letter_that_fails_again_stays_and_the_next_one_is_tried(office: PostOffice) -> None:
    office.put(record("close", requestPayload=EVENT))
    office.put(record("removed", requestPayload=EVENT), "Others")
    office.operator.stack.failing = {"close"}
    assert office.redriven() == (1, ["stays: The function failed again (KeyError).", "done"])
    assert office.listed() == [("Letters", COMPANY_ID, "RetriesExhausted")]


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


def test_letter_about_the_stream_of_customers_lets_every_company_compare_everybody(office: PostOffice) -> None:
    office.put(record("removed", DDBStreamBatchInfo={"startSequenceNumber": "1"}))
    assert office.redriven() == (0, ["done"])
    key = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": "LOCK"}}
    lock = aws_client("dynamodb").get_item(TableName=USER_SYNC_TABLE, Key=key)["Item"]
    assert (lock["Removals"], lock["Customers"]) == ({"N": "1"}, {"N": "0"})
    assert office.operator.stack.invoked == []


def test_one_queue_is_chosen_by_its_name(office: PostOffice) -> None:
    office.put(record("close", requestPayload=EVENT))
    office.put(record("close", requestPayload=EVENT), "Others")
    assert office.redriven("Others") == (0, ["done"])
    assert [queue for queue, *_ in office.listed()] == ["Letters"]
    refused = office.operator.run("dead-letters", "list", "Nothing")
    assert (refused.code, refused.err) == (4, "The stack has no queue Nothing. There are Letters, Others.\n")


def test_listed_letters_are_there_for_the_next_reader_at_once(office: PostOffice) -> None:
    for _ in range(12):
        office.put(record("close", requestPayload=EVENT))
    assert len(office.listed()) == 12
    assert len(office.listed()) == 12
