"""The directory of customers."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from bokabridge.adapters.aws import clients
from bokabridge.clock import utc_now
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.wiring.environment import required


@cache
def customers() -> CustomerDirectory:
    """The directory that the sync writes to and GET /customers reads."""
    from bokabridge.adapters.dynamodb.customers import DynamoCustomers

    return DynamoCustomers(clients.dynamodb(), required("CUSTOMERS_TABLE"), utc_now)


def libraries() -> dict[str, str]:
    """The versions of the libraries that this function runs with, by name."""
    from bokabridge.adapters.aws.libraries import library_versions

    return library_versions()


def reader_of_removals() -> Callable[[Mapping[str, Any]], Mapping[str, int]]:
    """Reads an event of the directory's stream: the number of removed customers by company id."""
    from bokabridge.adapters.dynamodb.removals import removed_customers

    return removed_customers
