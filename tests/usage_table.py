"""The ledger's table as template.yaml deploys it, on moto."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import yaml
from moto import mock_aws

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

TABLE = "usages"


class _Template(yaml.SafeLoader):
    """CloudFormation's short forms (!Ref and the like) are not looked at here."""


_Template.add_multi_constructor("!", lambda *_: None)


@contextmanager
def usage_table() -> Iterator["DynamoDBClient"]:
    """A client of an empty table called TABLE."""
    template = Path(__file__).parents[1] / "template.yaml"
    resource = yaml.load(template.read_text(), _Template)["Resources"]["UsageTable"]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        properties: dict[str, Any] = {name: resource[name] for name in wanted}
        client.create_table(TableName=TABLE, **properties)
        yield client
