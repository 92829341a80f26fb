"""The ledger's table as template.yaml deploys it, on moto."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import yaml
from moto import mock_aws

from tests.atomic import one_call_at_a_time

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class _Template(yaml.SafeLoader):
    """CloudFormation's short forms (!Ref and the like) are not looked at here."""


_Template.add_multi_constructor("!", lambda *_: None)


@contextmanager
def aws() -> Iterator["DynamoDBClient"]:
    """A client of an AWS that has nothing yet."""
    with mock_aws():
        client = boto3.client(
            "dynamodb", region_name="eu-north-1", aws_access_key_id="test", aws_secret_access_key="test"
        )
        one_call_at_a_time(client)
        yield client


def create_usage_table(client: "DynamoDBClient") -> str:
    """Creates an empty ledger and returns its name."""
    name = f"usages-{uuid.uuid4()}"
    resource = _resources()["UsageTable"]["Properties"]
    wanted = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
    properties: dict[str, Any] = {member: resource[member] for member in wanted}
    client.create_table(TableName=name, **properties)
    return name


@cache
def _resources() -> dict[str, Any]:
    template = Path(__file__).parents[1] / "template.yaml"
    resources: dict[str, Any] = yaml.load(template.read_text(), _Template)["Resources"]
    return resources
