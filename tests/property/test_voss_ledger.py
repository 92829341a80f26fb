"""Random failures in random order: VOSS's bill has at most one line per usage, or the usage is disputed.

The machine drives the real code (forward, send, reconcile) on both ledgers: the in-memory one and the one on DynamoDB,
whose conditions keep the promise in production.
"""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.voss.ports import UsageLedger
from tests.dynamodb import USAGE_TABLE, create_table, dynamodb
from tests.property.ledger_machine import LedgerMachine

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoMachine(LedgerMachine):
    """The same machine on DynamoDB. Each example has a table of its own."""

    client: "DynamoDBClient"

    def new_ledger(self) -> UsageLedger:
        return DynamoLedger(self.client, create_table(self.client, USAGE_TABLE, f"usage-{uuid.uuid4()}"))


@pytest.fixture(scope="module", autouse=True)
def client() -> Iterator[None]:
    with dynamodb() as DynamoMachine.client:
        yield


TestInMemoryLedger = LedgerMachine.TestCase
TestInMemoryLedger.settings = settings(
    max_examples=500, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

TestDynamoLedger = DynamoMachine.TestCase
TestDynamoLedger.settings = settings(
    max_examples=40, stateful_step_count=12, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
