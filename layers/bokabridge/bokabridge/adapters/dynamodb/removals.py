"""The records of CustomersTable's stream: the keys of removed items. The function gets those of customers only."""

from collections.abc import Mapping
from typing import Any

from bokabridge.adapters.dynamodb.keys import partition


def companies_of_removed(event: Mapping[str, Any]) -> set[str]:
    """The ids of the companies whose customers the records are about."""
    partitions = {record["dynamodb"]["Keys"]["PK"]["S"] for record in event["Records"]}
    return {each.removeprefix(partition("")) for each in partitions}
