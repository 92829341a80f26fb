"""The records of CustomersTable's stream: the keys of removed items. The function gets those of customers only."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from bokabridge.adapters.dynamodb.keys import partition


def removed_customers(event: Mapping[str, Any]) -> Mapping[str, int]:
    """The number of removed customers that the records are about, by company id."""
    partitions = (record["dynamodb"]["Keys"]["PK"]["S"] for record in event["Records"])
    return Counter(each.removeprefix(partition("")) for each in partitions)
