"""The port to the customers' directory."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from bokabridge.customers.model import CustomerPage, CustomerWrite

Owners = Mapping[str, str | None]
"""Customer id → the Axema user id it belongs to, or None while it belongs to none."""


class CustomerDirectory(Protocol):
    """Where customers live. Writes are upserts: repeating one changes nothing."""

    def owners_by_email(self, company_id: str, emails: Collection[str]) -> Mapping[str, Owners]:
        """For each of these normalised e-mails, the customers that did not come from a sync and bear it."""
        ...

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """Makes all the changes, or raises RetriableError; what was made by then stays."""
        ...

    def search(self, company_id: str, text: str, skip: int, take: int) -> CustomerPage:
        """Customers whose name, e-mail or phone contains `text` whatever its case ("" is all), by id."""
        ...
