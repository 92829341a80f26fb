"""DynamoDB in this process (moto), with tables as template.yaml declares them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import boto3
from moto import mock_aws

from tests.atomic import one_call_at_a_time
from tests.template import resources

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

USER_SYNC_TABLE = "UserSyncTable"
CUSTOMERS_TABLE = "CustomersTable"
USAGE_TABLE = "UsageTable"
API_KEYS_TABLE = "ApiKeysTable"

_TABLE_PROPERTIES = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


@contextmanager
def dynamodb() -> Iterator["DynamoDBClient"]:
    """A client of an empty AWS account."""
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        one_call_at_a_time(client)
        yield client


@contextmanager
def dynamodb_with_tables() -> Iterator["DynamoDBClient"]:
    """A client of an AWS account with the four tables, all empty. A table's name is its logical id."""
    with dynamodb() as client:
        for logical_id in (USER_SYNC_TABLE, CUSTOMERS_TABLE, USAGE_TABLE, API_KEYS_TABLE):
            create_table(client, logical_id, logical_id)
        yield client


def create_table(client: "DynamoDBClient", logical_id: str, name: str) -> str:
    """Create one of the template's tables, and return its name."""
    declared = resources()[logical_id]["Properties"]
    properties: dict[str, Any] = {member: declared[member] for member in _TABLE_PROPERTIES if member in declared}
    client.create_table(TableName=name, **properties)
    return name
