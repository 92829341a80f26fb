"""Tables as the built template declares them, in the emulator."""

from typing import TYPE_CHECKING
from uuid import uuid4

import yaml

from local.stack.paths import BUILD

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_PROPERTIES = ("BillingMode", "AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")


def create_table(dynamodb: "DynamoDBClient", logical_id: str) -> str:
    """Create an empty table like that of this logical id, with its indexes. Returns its name."""
    declared = yaml.safe_load((BUILD / "template.yaml").read_text())["Resources"][logical_id]["Properties"]
    name = f"{logical_id}-{uuid4()}"
    dynamodb.create_table(TableName=name, **{member: declared[member] for member in _PROPERTIES if member in declared})
    return name
