"""Customers, and the changes that a sync makes to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of a company as BokaMera shows it. `axema_user_id` is set when a sync looks after it."""

    id: str
    company_id: str
    first_name: str
    last_name: str
    created_at: datetime
    updated_at: datetime
    email: str | None = None
    phone: str | None = None
    axema_user_id: str | None = None

    def matches(self, text: str) -> bool:
        """True when a name (either way round), the e-mail or the phone contains the text, whatever its case."""
        names = f"{self.first_name} {self.last_name}\n{self.last_name}, {self.first_name}"
        return text.casefold() in f"{names}\n{self.email or ''}\n{self.phone or ''}".casefold()


class Change(Enum):
    """What is done to a customer."""

    Create = auto()
    Adopt = auto()
    Update = auto()


@dataclass(frozen=True, slots=True)
class CustomerWrite:
    """One change to one customer. Doing it twice is the same as doing it once.

    Create makes the customer with that id; Adopt links a customer that exists to the Axema user and updates it;
    Update writes the fields that a sync owns and leaves all others alone.
    """

    change: Change
    customer_id: str
    axema_user_id: str
    first_name: str
    last_name: str
    email: str | None
    phone: str | None


@dataclass(frozen=True, slots=True)
class CustomerPage:
    """A window of a search: `total` counts all that match, `results` are those from `offset` on."""

    offset: int
    total: int
    results: list[Customer]
