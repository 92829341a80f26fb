"""Whether a deployment has anything of a company."""

from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.items import encode
from bokabridge.adapters.dynamodb.keys import partition
from bokabridge.adapters.dynamodb.table import Table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoCompanies:
    """The companies in tables with one partition per company."""

    def __init__(self, client: "DynamoDBClient", table_names: list[str]) -> None:
        self._tables = [Table(client, name) for name in table_names]

    def has(self, company_id: str) -> bool:
        """True if a table has an item of the company: settings, a job, a customer or a usage."""
        return any(_has_item(table, partition(company_id)) for table in self._tables)


def _has_item(table: Table, partition_key: str) -> bool:
    found = table.send(
        table.client.query,
        TableName=table.name,
        KeyConditionExpression="PK = :partition",
        ExpressionAttributeValues=encode({":partition": partition_key}),
        Limit=1,
    )
    return bool(found["Items"])
