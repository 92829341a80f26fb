"""The meter's units, by AWS's rules
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-unit-consumption.html).
"""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from tests.dynamodb import CUSTOMERS_TABLE, dynamodb_with_tables
from tests.metering import Meter, metered, size_of

KEY = {"PK": {"S": "COMPANY#1"}, "SK": {"S": "CUSTOMER#1"}}


@pytest.fixture
def meter(monkeypatch: pytest.MonkeyPatch) -> Iterator[Meter]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-north-1")
    with dynamodb_with_tables(), metered() as found:
        yield found


def put(text: str, **attributes: str) -> dict[str, Any]:
    return {**KEY, "Text": {"S": text}, **{name: {"S": value} for name, value in attributes.items()}}


def writes(*items: dict[str, Any]) -> Callable[[Any], None]:
    def write(client: Any) -> None:
        for item in items:
            client.put_item(TableName=CUSTOMERS_TABLE, Item=item)

    return write


def in_transaction(client: Any) -> None:
    check = {"Key": {**KEY, "SK": {"S": "LOCK"}}, "ConditionExpression": "attribute_not_exists(PK)"}
    client.transact_write_items(
        TransactItems=[
            {"Put": {"TableName": CUSTOMERS_TABLE, "Item": put("x")}},
            {"ConditionCheck": {"TableName": CUSTOMERS_TABLE, **check}},
        ]
    )


def batch(client: Any) -> None:
    requests = [{"PutRequest": {"Item": put("x")}}, {"PutRequest": {"Item": {**put("x"), "SK": {"S": "2"}}}}]
    client.batch_write_item(RequestItems={CUSTOMERS_TABLE: requests})


@pytest.mark.parametrize(
    ("call", "units", "index_units"),
    [
        (writes(put("x")), 1, 0),
        (writes(put("x" * 997)), 1, 0),  # 1,024 bytes with the names and the key
        (writes(put("x" * 998)), 2, 0),
        (writes(put("x" * 2000), put("x")), 2 + 2, 0),  # the larger of the two counts
        (writes(put("x", Name1="ek", Email="a@b")), 1, 2),
        (writes(put("x", Name1="ek"), put("y", Name1="ek")), 2, 1),  # the entry stays as it is
        (writes(put("x", Name1="ek"), put("x", Name1="al")), 2, 1 + 2),
        (writes(put("x", Name1="ek"), put("x")), 2, 1 + 1),
        (in_transaction, 4, 0),
        (batch, 2, 0),
    ],
)
def test_write_units(meter: Meter, call: Callable[[Any], None], units: int, index_units: int) -> None:
    call(boto3.client("dynamodb"))
    assert (meter.counts["write units"], meter.counts["index write units"]) == (units, index_units)


@pytest.mark.parametrize(("consistent", "factor"), [(True, 1), (False, 0.5)])
def test_read_units(meter: Meter, consistent: bool, factor: float) -> None:
    client: Any = boto3.client("dynamodb")
    writes(*({**put("x" * 3000), "SK": {"S": str(at)}} for at in range(3)))(client)
    keys = [{**KEY, "SK": {"S": each}} for each in ("0", "1", "missing")]
    calls: list[tuple[Callable[[], Any], float]] = [
        (lambda: client.get_item(TableName=CUSTOMERS_TABLE, Key=keys[0], ConsistentRead=consistent), 1),
        (lambda: client.get_item(TableName=CUSTOMERS_TABLE, Key=keys[2], ConsistentRead=consistent), 1),
        (
            lambda: client.batch_get_item(RequestItems={CUSTOMERS_TABLE: {"Keys": keys, "ConsistentRead": consistent}}),
            3,  # for each item by itself, also for one that is missing
        ),
        (
            lambda: client.query(
                TableName=CUSTOMERS_TABLE,
                KeyConditionExpression="PK = :pk",
                ExpressionAttributeValues={":pk": KEY["PK"]},
                ConsistentRead=consistent,
            ),
            3,  # 9 KB together
        ),
    ]
    for call, units in calls:
        meter.counts.clear()
        call()
        assert meter.counts["read units"] == units * factor


@pytest.mark.parametrize(
    ("value", "size"),
    [({"S": "å"}, 2), ({"N": "1234"}, 3), ({"B": b"123"}, 3), ({"BOOL": True}, 1), ({"L": [{"S": "ab"}]}, 3 + 1 + 2)],
)
def test_sizes(value: dict[str, Any], size: int) -> None:
    assert size_of({"a": value}) == 1 + size


def test_other_services_count_by_operation(meter: Meter) -> None:
    boto3.client("secretsmanager").list_secrets()
    assert meter.counts == {"ListSecrets": 1}
