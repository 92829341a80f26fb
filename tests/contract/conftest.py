"""The DynamoDB that the adapters' contract tests share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.dynamodb import dynamodb_with_tables

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture
def dynamodb() -> Iterator["DynamoDBClient"]:
    """A client of an AWS account with empty tables (tests/dynamodb.py has their names)."""
    with dynamodb_with_tables() as client:
        yield client
