"""People on their way from Axema to BokaMera."""

import hashlib
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AxemaUser:
    """A person as Axema has them. `id` is the identity; an e-mail never is, it changes and is shared."""

    id: str
    name: str
    email: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record of Axema's that is no user, and why; `id` is its user id if it has one."""

    id: str | None
    reason: str


Record = AxemaUser | BrokenRecord


@dataclass(frozen=True, slots=True)
class UserPage:
    """One page of Axema users, and the cursor of the next (None: this was the last)."""

    records: list[Record]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class Person:
    """What the sync writes to a customer: normalised, so that equal people compare equal.

    `email` is lower case, `phone` is E.164, absent is None; first or last name may be empty, not both.
    """

    first_name: str
    last_name: str
    email: str | None = None
    phone: str | None = None

    @property
    def content_hash(self) -> str:
        """Changes exactly when something that the sync writes has changed."""
        fields = (self.first_name, self.last_name, self.email or "", self.phone or "")
        return hashlib.sha256("\n".join(fields).encode()).hexdigest()[:32]  # no field has a line break in it


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about one record that an administrator should mend in Axema. Holds no personal data.

    `key` is the record's Axema user id, or its place ("page 3, record 17") if it has none.
    """

    key: str
    reason: str
    skipped: bool
