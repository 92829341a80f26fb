"""The customers' directories, and customers to store in them."""

from datetime import UTC, datetime

from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.person import Person

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

Directory = InMemoryCustomers | DynamoCustomers


class Now:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def write(change: Change, at: int, email: str | None = None, phone: str | None = None) -> CustomerWrite:
    return CustomerWrite(change, f"customer-{at:03}", f"user-{at}", Person("Åsa", f"Öberg{at}", email, phone))
