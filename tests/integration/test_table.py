"""DynamoDB on a bad day, over real HTTP: conflicts, and batches of which a part is left over."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.expressions import Update
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, transact, update_write
from bokabridge.errors import RetriableError
from tests.servers import serving

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

Answers = list[tuple[int, dict[str, Any]]]
OK = (200, {"Attributes": {"PK": {"S": "a"}}})


@contextmanager
def dynamodb(answers: Answers) -> Iterator[tuple["DynamoDBClient", list[dict[str, Any]]]]:
    """A client of a DynamoDB that gives these answers, the last one again and again; and the requests it got."""
    requests: list[dict[str, Any]] = []

    def answer(request: Request) -> Response:
        requests.append(json.loads(request.get_data()))
        status, body = answers[min(len(requests), len(answers)) - 1]
        return Response(json.dumps(body), status, content_type="application/x-amz-json-1.0")

    with serving(answer) as url:
        yield (
            boto3.client(
                "dynamodb",
                endpoint_url=url,
                region_name="eu-north-1",
                aws_access_key_id="test",
                aws_secret_access_key="test",
            ),
            requests,
        )


def failure(kind: str, *codes: str) -> tuple[int, dict[str, Any]]:
    reasons = [{"Code": code} for code in codes]
    return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{kind}", "CancellationReasons": reasons}


CONFLICT = failure("TransactionCanceledException", "None", "TransactionConflict")
UPDATE = Update({"PK": "a", "SK": "b"}, "SET N = :n", {":n": 1})


def test_a_transaction_that_met_another_is_made_again() -> None:
    with dynamodb([CONFLICT, CONFLICT, (200, {})]) as (client, requests):
        transact(Table(client, "t"), [update_write(Table(client, "t"), UPDATE)])
    assert len(requests) == 3


def test_a_transaction_that_meets_others_for_ever_is_given_up() -> None:
    with dynamodb([CONFLICT]) as (client, _), pytest.raises(RetriableError):
        transact(Table(client, "t"), [update_write(Table(client, "t"), UPDATE)])


def test_a_condition_that_does_not_hold_is_told_even_if_there_was_a_conflict_too() -> None:
    answers = [failure("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict")]
    with dynamodb(answers) as (client, requests), pytest.raises(TransactionCancelled) as cancelled:
        transact(Table(client, "t"), [update_write(Table(client, "t"), UPDATE)])
    assert [reason.failed_condition for reason in cancelled.value.reasons] == [True, False]
    assert len(requests) == 1


def test_an_update_that_met_a_transaction_is_made_again() -> None:
    with dynamodb([failure("TransactionConflictException"), OK]) as (client, requests):
        assert Table(client, "t").update(UPDATE) == {"PK": "a"}
    assert len(requests) == 2


def test_an_update_whose_condition_does_not_hold_is_not_made_again() -> None:
    with dynamodb([failure("ConditionalCheckFailedException")]) as (client, requests), pytest.raises(ConditionFailed):
        Table(client, "t").update(UPDATE)
    assert len(requests) == 1


def items(number: int) -> list[dict[str, Any]]:
    return [{"PK": "a", "SK": f"{at:03}"} for at in range(number)]


def test_what_a_batch_leaves_over_is_written_again_and_nothing_else() -> None:
    left = {"UnprocessedItems": {"t": [{"PutRequest": {"Item": {"PK": {"S": "a"}, "SK": {"S": "001"}}}}]}}
    with dynamodb([(200, left), (200, {})]) as (client, requests):
        batch_put(Table(client, "t"), items(3))
    assert [len(request["RequestItems"]["t"]) for request in requests] == [3, 1]


def test_what_a_batch_leaves_over_is_read_again_and_nothing_else() -> None:
    found = [{"PK": {"S": "a"}, "SK": {"S": "000"}}]
    left = {"Responses": {"t": found}, "UnprocessedKeys": {"t": {"Keys": [{"PK": {"S": "a"}, "SK": {"S": "001"}}]}}}
    with dynamodb([(200, left), (200, {"Responses": {"t": found}})]) as (client, requests):
        assert len(batch_get(Table(client, "t"), items(2))) == 2
    assert [len(request["RequestItems"]["t"]["Keys"]) for request in requests] == [2, 1]


@pytest.mark.parametrize(
    ("call", "left"),
    [
        (lambda table: batch_put(table, items(1)), {"UnprocessedItems": {"t": [{"PutRequest": {"Item": {}}}]}}),
        (lambda table: batch_get(table, items(1)), {"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [{}]}}}),
    ],
)
def test_a_database_that_stays_too_busy_is_told_as_such(call: Callable[[Table], Any], left: dict[str, Any]) -> None:
    with dynamodb([(200, left)]) as (client, _), pytest.raises(RetriableError, match="busy"):
        call(Table(client, "t"))
