"""The directory of customers."""

from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.clock import utc_now
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.wiring.environment import required


@cache
def customers() -> CustomerDirectory:
    """The directory that the sync writes to and GET /customers reads."""
    return DynamoCustomers(clients.dynamodb(), required("CUSTOMERS_TABLE"), utc_now)
