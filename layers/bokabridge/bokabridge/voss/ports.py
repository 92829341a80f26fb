"""The ports of the VOSS bridge. The adapters are in adapters/, the in-memory versions in fakes.py."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from bokabridge.paging import Page, Window
from bokabridge.voss.outcome import NotSent, Outcome, ReadBack
from bokabridge.voss.product import Product, ProductCopy, ProductType
from bokabridge.voss.usage import OpenUsage, Usage, UsageQuery


class UsageLedger(Protocol):
    """The records of usage. None is ever deleted. Every method raises RetriableError if the store is unavailable."""

    def reserve(self, usage: Usage) -> Usage | None:
        """Stores a new record together with its key, both or neither.

        Returns None if they are stored, else the record to which the company's key already belongs.
        """
        ...

    def change(self, before: Usage, after: Usage) -> bool:
        """Stores `after` if the record still has the state, the attempt and the revision of `before`.

        Returns False, and changes nothing, if another writer has changed the record in the meantime. That writer may be
        an earlier try of this call whose response was lost.
        """
        ...

    def find(self, company_id: str, usage_id: str) -> Usage | None:
        """The current record, or None."""
        ...

    def list_unsettled(self, limit: int) -> list[OpenUsage]:
        """Up to `limit` records that are Sending or Unknown, longest due first. The list may lag by moments."""
        ...

    def list_disputed(self, limit: int) -> list[OpenUsage]:
        """Up to `limit` records that are Disputed, longest disputed first. The list may lag by moments."""
        ...

    def postpone(self, entry: OpenUsage, due_at: datetime) -> None:
        """Moves a record backwards in the list of unsettled ones, even if the record itself cannot be read.

        Does nothing if the record is no longer unsettled, or is due later already.
        """
        ...

    def list(self, company_id: str, query: UsageQuery, window: Window) -> Page[Usage]:
        """The company's records that match the query, newest first."""
        ...


class Voss(Protocol):
    """The billing system. No method here repeats a POST: the ledger decides which POST may be repeated."""

    def sign_in(self) -> NotSent | None:
        """Gets credentials ready, so that a POST can start without delay. Returns None on success."""
        ...

    def post(self, usage: Usage) -> Outcome:
        """Sends the usage's order once, under the usage's id."""
        ...

    def read_back(self, usage: Usage) -> ReadBack:
        """Asks whether VOSS has the usage with this id. NotThere only if VOSS itself says so."""
        ...

    def list_products(self, product_type: ProductType | None) -> Sequence[Product]:
        """The products that VOSS can bill, of a type (None: all). Raises RetriableError or FatalError."""
        ...


class ProductCopies(Protocol):
    """The latest list of products from VOSS, for each type and for all types (None)."""

    def find(self, product_type: ProductType | None) -> ProductCopy | None:
        """The copy, or None."""
        ...

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """Replaces the copy."""
        ...
