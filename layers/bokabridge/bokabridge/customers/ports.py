"""The port to the customers' directory."""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from bokabridge.customers.model import Customer, CustomerWrite
from bokabridge.paging import Page, Window

Owners = Mapping[str, str | None]
"""Customer id → the id of the source user that the customer is linked to, or None while it is not linked."""


class CustomerDirectory(Protocol):
    """The directory of customers. Writes are upserts: repeating one changes nothing.

    Every method raises RetriableError if the directory is busy or cannot be reached.
    """

    def owners_by_email(self, company_id: str, emails: Collection[str]) -> Mapping[str, Owners]:
        """For each of these normalised e-mails, the customers with that e-mail which no sync created."""
        ...

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """Apply all these writes. After an error, those that were applied before it remain."""
        ...

    def search(self, company_id: str, text: str, window: Window) -> Page[Customer]:
        """The customers that match the text (see Customer.matches; "" matches all), in the order of their ids."""
        ...
