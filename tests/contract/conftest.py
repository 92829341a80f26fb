"""The DynamoDB that the adapters' contract tests share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.customers.fakes import InMemoryCustomers
from tests.directories import Directory, Now
from tests.dynamodb import CUSTOMERS_TABLE, dynamodb_with_tables

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamodb() -> Iterator["DynamoDBClient"]:
    """A client of an AWS account with empty tables (tests/dynamodb.py has their names)."""
    with dynamodb_with_tables() as client:
        yield client


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture(params=["in memory", "on DynamoDB"])
def customers(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient", now: Now) -> Directory:
    """Each kind of CustomerDirectory, empty."""
    return InMemoryCustomers(now) if request.param == "in memory" else DynamoCustomers(dynamodb, CUSTOMERS_TABLE, now)
