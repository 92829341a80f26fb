"""The dead-letter queues of a stack, for operators' commands: what is in them, and another try.

Most letters name the function that failed, and have its event. There are four formats: Lambda's record of an
asynchronous invocation (https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html), its record
of a batch of a stream, which has no event (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html),
the event itself, from EventBridge and its Scheduler, which name their target in the message's attributes
(https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html), and a message of another queue, as it was.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config

from bokabridge.adapters.aws.account import Account
from bokabridge.adapters.aws.clients import CLIENT_CONFIG
from bokabridge.adapters.aws.stacks import Stack, resources_of
from bokabridge.errors import FatalError

_HELD_SECONDS = 300
"""How long no other reader gets a letter that a command has received."""

_INVOKING = CLIENT_CONFIG.merge(Config(read_timeout=125, retries={"mode": "standard", "total_max_attempts": 1}))
"""One attempt, which waits as long as the slowest of our functions may take."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Records of a table's stream, which arrived in it from `first_at` to `last_at`."""

    stream: str
    first_at: datetime
    last_at: datetime

    def is_of(self, table: str) -> bool:
        """True if the table with this name has the stream."""
        return f":table/{table}/" in self.stream


@dataclass(frozen=True, slots=True)
class Letter:
    """A message of a dead-letter queue.

    `function` is the ARN of the function that failed, and None if the message is not from one. `event` is what the
    function was called with, or the message of another queue, and None if the letter has neither. `batch` is what a
    letter about a stream has instead. `reason` is AWS's word for why it is a dead letter.
    """

    queue: str
    id: str
    sent_at: datetime
    reason: str
    function: str | None
    event: Mapping[str, Any] | None
    batch: Batch | None
    body: str
    url: str
    receipt: str

    @property
    def company_id(self) -> str | None:
        """The company that the letter is about, if it names one."""
        event = self.event or {}
        run = json.loads(event["detail"]["input"]) if "input" in event.get("detail", {}) else event
        company_id: str | None = run.get("CompanyId")
        return company_id


class LetterRefused(FatalError):
    """The function did not take the letter."""


def is_for_dead_letters(queue: str) -> bool:
    """True if the queue with this logical id is one for dead letters."""
    return queue.endswith("DeadLetters")


def messages_in(sqs: Any, url: str) -> int:
    """The number of messages in a queue, without those that a reader holds at the moment."""
    counted = "ApproximateNumberOfMessages"
    return int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[counted])["Attributes"][counted])


class DeadLetters:
    """The dead-letter queues of one stack. Every method raises the errors of the AWS SDK."""

    def __init__(self, account: Account, stack: Stack) -> None:
        cloudformation = account.client("cloudformation")
        queues = resources_of(cloudformation, stack.name, "AWS::SQS::Queue")
        self._queues = {name: url for name, url in queues.items() if is_for_dead_letters(name)}
        self._sources = [url for name, url in queues.items() if not is_for_dead_letters(name)]
        self._functions = frozenset(resources_of(cloudformation, stack.name, "AWS::Lambda::Function").values())
        self._sqs = account.client("sqs")
        self._lambda = account.client("lambda", _INVOKING)

    @property
    def queues(self) -> list[str]:
        """The queues' logical ids."""
        return sorted(self._queues)

    @contextmanager
    def received(self, queue: str) -> Iterator[list[Letter]]:
        """All letters of a queue. Those that nobody removes inside the block are back in the queue after it."""
        letters: list[Letter] = []
        try:
            count = messages_in(self._sqs, self._queues[queue])
            while len(letters) < count and (found := self._receive(queue)):
                letters += found
            yield letters
        finally:
            for letter in letters:
                try:
                    self._sqs.change_message_visibility(
                        QueueUrl=letter.url, ReceiptHandle=letter.receipt, VisibilityTimeout=0
                    )
                except self._sqs.exceptions.ClientError:  # it was removed, or comes back by itself
                    continue

    def deliver(self, letter: Letter) -> None:
        """Calls the letter's function with its event again, or puts it back into its queue. Raises LetterRefused."""
        if letter.event is None:
            raise LetterRefused("The message has no event for a function.")
        if letter.function is None:
            self._put_back(letter)
        else:
            self.call(letter, letter.event)

    def call(self, letter: Letter, event: Mapping[str, Any]) -> None:
        """Calls the letter's function with this event. Raises LetterRefused."""
        name = (letter.function or "").split(":")[6]
        if name not in self._functions:
            raise LetterRefused(f"The function {name} does not belong to this stack.")
        response = self._lambda.invoke(FunctionName=name, Payload=json.dumps(event).encode())
        result = json.loads(response["Payload"].read() or b"null")
        if response.get("FunctionError"):
            kind = result.get("errorType") if isinstance(result, dict) else None
            raise LetterRefused(f"The function failed again ({kind or 'it does not say why'}).")

    def remove(self, letter: Letter) -> None:
        """Removes a letter from its queue."""
        self._sqs.delete_message(QueueUrl=letter.url, ReceiptHandle=letter.receipt)

    def _put_back(self, letter: Letter) -> None:
        arn = self._attribute(letter.url, "QueueArn")
        for url in self._sources:
            if json.loads(self._attribute(url, "RedrivePolicy") or "{}").get("deadLetterTargetArn") == arn:
                self._sqs.send_message(QueueUrl=url, MessageBody=letter.body)
                return
        raise LetterRefused("The message has no event for a function.")

    def _attribute(self, url: str, name: str) -> str | None:
        found = self._sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])
        value: str | None = found.get("Attributes", {}).get(name)
        return value

    def _receive(self, queue: str) -> list[Letter]:
        url = self._queues[queue]
        response = self._sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=_HELD_SECONDS,
            WaitTimeSeconds=1,  # asks all of SQS's servers, not only some
            AttributeNames=["SentTimestamp"],
            MessageAttributeNames=["All"],
        )
        return [_letter(queue, url, message) for message in response.get("Messages", [])]


def _letter(queue: str, url: str, message: Mapping[str, Any]) -> Letter:
    attributes = {name: each.get("StringValue", "") for name, each in message.get("MessageAttributes", {}).items()}
    body = message["Body"]
    function, event, reason, batch = _content(body, attributes)
    sent_at = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
    return Letter(
        queue, message["MessageId"], sent_at, reason, function, event, batch, body, url, message["ReceiptHandle"]
    )


def _content(
    body: str, attributes: Mapping[str, str]
) -> tuple[str | None, Mapping[str, Any] | None, str, Batch | None]:
    """The function, its event, AWS's reason, and the batch of a stream."""
    try:
        content = json.loads(body)
    except ValueError:
        content = None
    match content:
        case {"requestContext": {"functionArn": str(function), "condition": condition}}:
            return function, content.get("requestPayload"), str(condition), _batch(content)
        case dict() if ":function:" in attributes.get("TARGET_ARN", ""):
            return attributes["TARGET_ARN"], content, attributes.get("ERROR_CODE", ""), None
        case {"Event": _}:
            return None, content, "every attempt failed", None
    return None, None, "not a dead letter", None


def _batch(content: Mapping[str, Any]) -> Batch | None:
    match content:
        case {
            "DDBStreamBatchInfo": {
                "streamArn": str(stream),
                "approximateArrivalOfFirstRecord": str(first),
                "approximateArrivalOfLastRecord": str(last),
            }
        }:
            return Batch(stream, datetime.fromisoformat(first), datetime.fromisoformat(last))
    return None
