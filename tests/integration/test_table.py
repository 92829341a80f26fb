"""One DynamoDB table over real HTTP: conflicts, cancelled transactions, unprocessed items, and outages."""

from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.queries import count_between, query, query_between, query_index
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, transact, update_write
from bokabridge.errors import RetriableError
from tests.aws_server import dynamodb, dynamodb_client, failure, unreachable

KEY = {"PK": "a", "SK": "b"}
UPDATE = Update.setting(KEY, {"N": 1})
UPDATED = (200, {"Attributes": {"PK": {"S": "a"}}})
THROTTLED = failure("ThrottlingException")


def items(number: int) -> list[dict[str, Any]]:
    return [{"PK": "a", "SK": f"{at:03}"} for at in range(number)]


def update_in_a_transaction(table: Table) -> None:
    transact(table, [update_write(table, UPDATE)])


CALLS: dict[str, Callable[[Table], Any]] = {
    "find": lambda table: table.find(KEY),
    "put": lambda table: table.put(KEY, "attribute_not_exists(PK)"),
    "update": lambda table: table.update(UPDATE),
    "delete": lambda table: table.delete(KEY),
    "query": lambda table: list(query(table, "a", "b")),
    "query_between": lambda table: list(query_between(table, "a", "b", "c")),
    "query_index": lambda table: query_index(table, "Unsettled", "1", 10),
    "count_between": lambda table: count_between(table, "a", "b", "c"),
    "batch_get": lambda table: batch_get(table, items(250)),
    "batch_put": lambda table: batch_put(table, items(60)),
    "transact": update_in_a_transaction,
}


@pytest.fixture(params=list(CALLS.values()), ids=list(CALLS))
def call(request: pytest.FixtureRequest) -> Callable[[Table], Any]:
    """Each kind of call of a table."""
    found: Callable[[Table], Any] = request.param
    return found


@pytest.mark.parametrize("response", [THROTTLED, failure("InternalServerError", status=500)], ids=["busy", "failing"])
def test_every_call_of_a_busy_or_failing_database_can_be_tried_again(
    call: Callable[[Table], Any], response: tuple[int, dict[str, Any]]
) -> None:
    with dynamodb([response]) as (client, _), pytest.raises(RetriableError, match="The database is busy"):
        call(Table(client, "t"))


def test_every_call_of_a_database_that_cannot_be_reached_can_be_tried_again(call: Callable[[Table], Any]) -> None:
    with unreachable() as url, pytest.raises(RetriableError, match="cannot be reached"):
        call(Table(dynamodb_client(url), "t"))


@pytest.mark.parametrize("code", ["ValidationException", "AccessDeniedException", "ResourceNotFoundException"])
def test_a_fault_of_the_deployment_stays_the_error_that_it_is(call: Callable[[Table], Any], code: str) -> None:
    with dynamodb([failure(code)]) as (client, _), pytest.raises(ClientError, match=code):
        call(Table(client, "t"))


def test_throttling_is_not_tried_again_because_the_sdk_has_done_that() -> None:
    with dynamodb([THROTTLED]) as (client, requests), pytest.raises(RetriableError):
        Table(client, "t").find(KEY)
    assert len(requests) == 1


def test_a_query_whose_second_page_is_throttled_can_be_tried_again() -> None:
    page = {"Items": [{"N": {"N": "1"}}], "Count": 1, "LastEvaluatedKey": {"PK": {"S": "a"}}}
    with dynamodb([(200, page), THROTTLED]) as (client, requests):
        found = query(Table(client, "t"), "a", "b")
        assert next(found) == {"N": 1}
        with pytest.raises(RetriableError):
            next(found)
    assert requests[1]["ExclusiveStartKey"] == {"PK": {"S": "a"}}


@pytest.mark.parametrize("write", ["put", "update", "delete"])
def test_a_write_that_meets_a_transaction_is_tried_again(write: str) -> None:
    with dynamodb([failure("TransactionConflictException"), UPDATED]) as (client, requests):
        CALLS[write](Table(client, "t"))
    assert len(requests) == 2
    assert requests[0] == requests[1]


def test_a_write_that_keeps_meeting_transactions_is_given_up() -> None:
    with dynamodb([failure("TransactionConflictException")]) as (client, _), pytest.raises(RetriableError):
        Table(client, "t").update(UPDATE)


@pytest.mark.parametrize("write", ["put", "update"])
def test_a_write_whose_condition_does_not_hold_is_not_tried_again(write: str) -> None:
    with dynamodb([failure("ConditionalCheckFailedException")]) as (client, requests), pytest.raises(ConditionFailed):
        CALLS[write](Table(client, "t"))
    assert len(requests) == 1


CONFLICT = failure("TransactionCanceledException", "None", "TransactionConflict")


def test_a_transaction_that_meets_another_is_tried_again() -> None:
    with dynamodb([CONFLICT, CONFLICT, (200, {})]) as (client, requests):
        update_in_a_transaction(Table(client, "t"))
    assert len(requests) == 3


def test_a_transaction_that_keeps_meeting_others_is_given_up() -> None:
    with dynamodb([CONFLICT]) as (client, _), pytest.raises(RetriableError):
        update_in_a_transaction(Table(client, "t"))


def test_a_failed_condition_is_reported_even_if_there_was_a_conflict_too() -> None:
    responses = [failure("TransactionCanceledException", "ConditionalCheckFailed", "TransactionConflict")]
    with dynamodb(responses) as (client, requests), pytest.raises(TransactionCancelled) as cancelled:
        update_in_a_transaction(Table(client, "t"))
    assert [reason.failed_condition for reason in cancelled.value.reasons] == [True, False]
    assert len(requests) == 1


def test_a_transaction_that_dynamodb_finds_invalid_stays_that_error() -> None:
    responses = [failure("TransactionCanceledException", "ValidationError")]
    with dynamodb(responses) as (client, _), pytest.raises(ClientError, match="TransactionCanceledException"):
        update_in_a_transaction(Table(client, "t"))


def test_a_batch_write_sends_only_the_unprocessed_items_again() -> None:
    left = {"UnprocessedItems": {"t": [{"PutRequest": {"Item": {"PK": {"S": "a"}, "SK": {"S": "001"}}}}]}}
    with dynamodb([(200, left), (200, {})]) as (client, requests):
        batch_put(Table(client, "t"), items(3))
    assert [len(request["RequestItems"]["t"]) for request in requests] == [3, 1]


def test_a_batch_get_asks_only_for_the_unprocessed_keys_again() -> None:
    found = [{"PK": {"S": "a"}, "SK": {"S": "000"}}]
    left = {"Responses": {"t": found}, "UnprocessedKeys": {"t": {"Keys": [{"PK": {"S": "a"}, "SK": {"S": "001"}}]}}}
    with dynamodb([(200, left), (200, {"Responses": {"t": found}})]) as (client, requests):
        assert len(batch_get(Table(client, "t"), items(2))) == 2
    assert [len(request["RequestItems"]["t"]["Keys"]) for request in requests] == [2, 1]


@pytest.mark.parametrize(
    ("call_name", "left"),
    [
        ("batch_put", {"UnprocessedItems": {"t": [{"PutRequest": {"Item": {}}}]}}),
        ("batch_get", {"Responses": {}, "UnprocessedKeys": {"t": {"Keys": [{}]}}}),
    ],
)
def test_a_batch_that_stays_unprocessed_is_given_up(call_name: str, left: dict[str, Any]) -> None:
    with dynamodb([(200, left)]) as (client, _), pytest.raises(RetriableError, match="busy"):
        CALLS[call_name](Table(client, "t"))


def test_a_query_of_some_items_asks_dynamodb_for_no_more() -> None:
    page = {"Items": [{"N": {"N": "1"}}, {"N": {"N": "2"}}], "LastEvaluatedKey": {"PK": {"S": "a"}}}
    with dynamodb([(200, page)]) as (client, requests):
        assert list(query(Table(client, "t"), "a", "b", max_items=2)) == [{"N": 1}, {"N": 2}]
    assert [request["Limit"] for request in requests] == [2]


def test_a_filtered_query_of_some_items_lets_dynamodb_read_on_to_find_them() -> None:
    only = Filter("#State = :state", {"#State": "State"}, {":state": "Sent"})
    page = {"Items": [{"N": {"N": "1"}}], "LastEvaluatedKey": {"PK": {"S": "a"}}}
    with dynamodb([(200, page)]) as (client, requests):
        assert list(query(Table(client, "t"), "a", "b", only, max_items=1)) == [{"N": 1}]
    assert "Limit" not in requests[0]


def test_a_query_of_no_items_asks_dynamodb_nothing() -> None:
    with dynamodb([THROTTLED]) as (client, requests):
        assert list(query(Table(client, "t"), "a", "b", max_items=0)) == []
    assert requests == []
