"""What the VOSS usage needs from the outside. Real classes stand in adapters/, in-memory ones in fakes.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bokabridge.voss.outcome import AlreadyThere, NotSent, Outcome, ReadBack
from bokabridge.voss.product import Product, ProductCopy, ProductType
from bokabridge.voss.usage import Unsettled, Usage, UsagePage, UsageState


class UsageLedger(Protocol):
    """The records of what was metered. None is ever deleted. Every method raises RetriableError when out of reach."""

    def reserve(self, usage: Usage) -> Usage | None:
        """Stores a new record together with its key, both or neither.

        Returns None when they are stored, or the record that the company's key belongs to already.
        """
        ...

    def change(self, before: Usage, after: Usage) -> bool:
        """Stores `after`, if the record still is in the state and at the attempt of `before`.

        Returns False, having changed nothing, when it is not: somebody else was faster.
        """
        ...

    def get(self, company_id: str, usage_id: str) -> Usage | None:
        """The record as of now, or None."""
        ...

    def unsettled(self, limit: int) -> list[Unsettled]:
        """The records that are Sending or Unknown, those that are due longest first. May lag by moments."""
        ...

    def list(
        self,
        company_id: str,
        state: UsageState | None,
        since: datetime | None,
        until: datetime | None,
        skip: int,
        take: int,
    ) -> UsagePage:
        """The company's records, newest first: created at or after `since` and before `until`."""
        ...


class Voss(Protocol):
    """The billing system. No method here repeats a request: what may be repeated is decided by the ledger."""

    def sign_in(self) -> NotSent | None:
        """Gets ready to post, so that nothing slow stands between deciding to post and posting; None when ready."""
        ...

    def post(self, usage: Usage) -> Outcome | AlreadyThere:
        """Sends the usage's order under the usage's id, once."""
        ...

    def find(self, usage: Usage) -> ReadBack:
        """Asks whether VOSS has the usage with this id. NotThere only when VOSS itself said so."""
        ...

    def products(self, product_type: ProductType | None) -> Sequence[Product]:
        """The products that can be billed. Raises RetriableError or FatalError."""
        ...


class ProductCopies(Protocol):
    """The last list of products that VOSS gave, for each type."""

    def load(self, product_type: ProductType | None) -> ProductCopy | None:
        """The copy, or None."""
        ...

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """Replaces the copy."""
        ...
