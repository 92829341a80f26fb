"""Random failures in random order: after one undisturbed sync every customer is as Axema says, and is nobody else.

The machine drives the real engine (start, undo, work, close, read) on the stores in memory and on those on DynamoDB.
"""

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from bokabridge.adapters.dynamodb.changes import DynamoChanges
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.adapters.dynamodb.notices import DynamoNotices
from bokabridge.adapters.dynamodb.rosters import DynamoRosters
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from tests.dynamodb import CUSTOMERS_TABLE, USER_SYNC_TABLE, create_table, dynamodb
from tests.property.sync_company import Stores
from tests.property.sync_undos import UndoMachine

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoMachine(UndoMachine):
    """The same machine on DynamoDB. Each example has tables of its own."""

    client: "DynamoDBClient"

    def new_stores(self) -> Stores:
        table = create_table(self.client, USER_SYNC_TABLE, f"sync-{uuid.uuid4()}")
        customers = create_table(self.client, CUSTOMERS_TABLE, f"customers-{uuid.uuid4()}")
        return Stores(
            *(DynamoJobs(self.client, table), DynamoRosters(self.client, table), DynamoLinks(self.client, table)),
            *(DynamoSettings(self.client, table), DynamoCustomers(self.client, customers, self.clock)),
            *(DynamoIssues(self.client, table), DynamoChanges(self.client, table), DynamoNotices(self.client, table)),
        )


@pytest.fixture(scope="module", autouse=True)
def client() -> Iterator[None]:
    with dynamodb() as DynamoMachine.client:
        yield


TestInMemorySync = UndoMachine.TestCase
TestInMemorySync.settings = settings(
    max_examples=150, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

TestDynamoSync = DynamoMachine.TestCase
TestDynamoSync.settings = settings(
    max_examples=3, stateful_step_count=5, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
