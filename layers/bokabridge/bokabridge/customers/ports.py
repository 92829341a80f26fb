"""The port to the customers' directory."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bokabridge.customers.model import Customer, CustomerEdit, CustomerWrite
from bokabridge.customers.search import Search
from bokabridge.paging import Page, Window


@dataclass(frozen=True, slots=True)
class Adoptable:
    """Customers that no sync created.

    `by_email` has those that no source user has adopted, by their e-mail. `by_owner` has the ids of those that one has
    adopted, by the key of that source user.
    """

    by_email: Mapping[str, Sequence[Customer]]
    by_owner: Mapping[str, str]


NOTHING_ADOPTABLE = Adoptable({}, {})


class CustomerDirectory(Protocol):
    """The directory of customers. Writes are upserts: repeating one changes nothing.

    Every method raises RetriableError if the directory is busy or cannot be reached.
    """

    def adoptable(self, company_id: str, emails: Collection[str], user_keys: Collection[str]) -> Adoptable:
        """The customers with one of these normalised e-mails, or adopted by one of these source users.

        Only customers that no sync created.
        """
        ...

    def existing(self, company_id: str, customer_ids: Collection[str]) -> Mapping[str, Customer]:
        """Those of these customers who exist, by customer id."""
        ...

    def apply(self, company_id: str, writes: Iterable[CustomerWrite]) -> None:
        """Apply all these writes. After an error, those that were applied before it remain.

        Raises RetriableError, too, if another user has adopted a customer meanwhile.
        """
        ...

    def set_visible(self, company_id: str, customer_ids: Collection[str], *, is_visible: bool) -> None:
        """Make those of these customers who exist active or inactive."""
        ...

    def edit(self, company_id: str, edits: Iterable[CustomerEdit]) -> None:
        """Make all these edits: of the person's fields, and of whether the customer is active.

        Raises RetriableError, too, if a customer was changed or removed meanwhile. Other edits may be made then.
        """
        ...

    def list(
        self, company_id: str, window: Window, after: str | None = None, *, visible: bool | None = None
    ) -> Sequence[Customer]:
        """The customers in this window, in the order of their ids. The window begins after the customer `after`.

        `visible` chooses the active ones (True) or the inactive ones (False).
        """
        ...

    def search(
        self,
        company_id: str,
        search: Search,
        window: Window,
        after: str | None = None,
        *,
        visible: bool | None = None,
    ) -> Page[Customer]:
        """Those customers who match, like `list`. At most MAX_MATCHES customers are found and counted.

        A change may take a moment until it is found.
        """
        ...

    def count(self, company_id: str, *, visible: bool | None = None) -> int:
        """The number of the company's customers as of now, chosen like in `list`. Reads all of them."""
        ...

    def make_searchable(self, company_id: str) -> int:
        """Make customers searchable that another system has added. Reads all customers.

        Returns their number, which may be a moment old.
        """
        ...
