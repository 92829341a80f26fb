"""The record of an API key's use when DynamoDB is slow, busy or away: the caller never notices."""

import threading
import time
from datetime import UTC, datetime

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.dynamodb.api_keys import MAX_RECORD_SECONDS, DynamoKeyUses
from tests.aws_server import dynamodb, dynamodb_client, failure, unreachable
from tests.servers import serving

HOUR = datetime(2026, 11, 21, 12, tzinfo=UTC)


def seconds_of_record(uses: DynamoKeyUses) -> float:
    begin = time.monotonic()
    uses.record("hash", HOUR)
    return time.monotonic() - begin


def test_a_database_that_hangs_delays_one_request_by_a_moment_and_no_other() -> None:
    answered = threading.Event()

    def hang(_: Request) -> Response:
        answered.wait(20)
        return Response("{}", content_type="application/x-amz-json-1.0")

    with serving(hang) as url:
        uses = DynamoKeyUses(dynamodb_client(url), "ApiKeysTable")
        assert MAX_RECORD_SECONDS <= seconds_of_record(uses) < MAX_RECORD_SECONDS + 2
        assert max(seconds_of_record(uses) for _ in range(20)) < MAX_RECORD_SECONDS
        answered.set()


@pytest.mark.parametrize("code", ["ThrottlingException", "AccessDeniedException", "ResourceNotFoundException"])
def test_a_database_that_refuses_is_not_an_error(code: str) -> None:
    with dynamodb([failure(code)]) as (client, requests):
        DynamoKeyUses(client, "ApiKeysTable").record("hash", HOUR)
        assert len(requests) == 1


def test_a_database_that_cannot_be_reached_is_not_an_error() -> None:
    with unreachable() as url:
        uses = DynamoKeyUses(dynamodb_client(url), "ApiKeysTable")
        uses.record("hash", HOUR)


def test_after_trouble_the_next_use_is_recorded() -> None:
    with dynamodb([failure("InternalServerError", status=500), (200, {"Attributes": {}})]) as (client, requests):
        uses = DynamoKeyUses(client, "ApiKeysTable")
        uses.record("hash", HOUR)
        uses.record("hash", HOUR)
        assert [request["Key"] for request in requests] == [{"PK": {"S": "hash"}}] * 2
