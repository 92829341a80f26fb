"""Customers, and the changes that a sync makes to them."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto

from bokabridge.customers.person import Person


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer of a company, as BokaMera shows it.

    `source_user_id` is the id of the Axema user that the customer is linked to. It is None until a sync creates or
    adopts the customer. `is_visible` is False if the customer is inactive.
    """

    id: str
    company_id: str
    person: Person
    created_at: datetime
    updated_at: datetime
    source_user_id: str | None = None
    is_visible: bool = True


class Change(Enum):
    """The kind of change to a customer."""

    Create = auto()
    Adopt = auto()
    Update = auto()


@dataclass(frozen=True, slots=True)
class CustomerWrite:
    """One change to one customer. Applying it twice has the same result as applying it once.

    Create makes the customer with that id. Adopt links a customer that no sync created to the source user and updates
    it. Update writes the fields of a person and leaves the customer's other fields alone, as do absent fields of the
    person. `user_key` identifies the source user across source systems; Adopt needs it. If `shows`, the customer
    becomes active, too.
    """

    change: Change
    customer_id: str
    source_user_id: str
    person: Person
    user_key: str = ""
    shows: bool = False


@dataclass(frozen=True, slots=True)
class CustomerEdit:
    """A change of a customer who was read before: afterwards it has the values of `after`.

    Both have the same id. It is made only if the customer is as in `before` still.
    """

    before: Customer
    after: Customer
