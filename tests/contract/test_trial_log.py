"""The contract of TrialLog, in memory and on DynamoDB."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.trials import DynamoTrials
from bokabridge.errors import TooManyRequests
from bokabridge.settings.fakes import InMemoryTrials
from bokabridge.settings.ports import TrialLog
from tests.dynamodb import USER_SYNC_TABLE

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def in_memory(_: "DynamoDBClient") -> TrialLog:
    return InMemoryTrials()


def on_dynamodb(client: "DynamoDBClient") -> TrialLog:
    return DynamoTrials(client, USER_SYNC_TABLE)


@pytest.fixture(params=[in_memory, on_dynamodb])
def trials(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> TrialLog:
    make: Callable[[DynamoDBClient], TrialLog] = request.param
    return make(dynamodb)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def test_seventh_trial_within_a_minute_is_refused_until_the_first_is_a_minute_old(trials: TrialLog) -> None:
    for seconds in (0, 10, 20, 30, 40, 50):
        trials.add(COMPANY, at(seconds))
    for soon, wait in ((50.0, 10), (59.5, 1)):
        with pytest.raises(TooManyRequests, match="6 times within a minute") as refusal:
            trials.add(COMPANY, at(soon))
        assert refusal.value.retry_after_seconds == wait
    trials.add(OTHER, at(59))
    trials.add(COMPANY, at(60))
    with pytest.raises(TooManyRequests):
        trials.add(COMPANY, at(69))
    trials.add(COMPANY, at(70))


def test_concurrent_functions_do_not_exceed_the_limit_together(dynamodb: "DynamoDBClient") -> None:
    def try_once(number: int) -> bool:
        try:
            on_dynamodb(dynamodb).add(COMPANY, at(number / 100))
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(try_once, range(24))) == 6


def test_trials_expire_by_themselves(dynamodb: "DynamoDBClient") -> None:
    on_dynamodb(dynamodb).add(COMPANY, NOON)
    (item,) = dynamodb.scan(TableName=USER_SYNC_TABLE)["Items"]
    assert int(item["ExpiresAt"]["N"]) == int(at(61).timestamp())
