"""A person: the fields of a customer that a sync writes."""

import hashlib
from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Person:
    """A person's fields, normalised so that equal people compare equal.

    `email` is lower case and `phone` is E.164. The first or the last name may be empty, but not both. No field contains
    a line break. A new field must be optional, so that the hashes of people without it stay the same.
    """

    first_name: str
    last_name: str
    email: str | None = None
    phone: str | None = None

    @property
    def content_hash(self) -> str:
        """A hash that changes exactly when a field changes. None and "" count as the same."""
        present = [f"{name}={value}" for name in _FIELD_NAMES if (value := getattr(self, name))]
        return hashlib.sha256("\n".join(present).encode()).hexdigest()[:32]

    def matches(self, text: str) -> bool:
        """True if the full name (in either order), the e-mail or the phone contains the text. Case is ignored."""
        names = f"{self.first_name} {self.last_name}\n{self.last_name}, {self.first_name}"
        return text.casefold() in f"{names}\n{self.email or ''}\n{self.phone or ''}".casefold()


_FIELD_NAMES = tuple(field.name for field in fields(Person))
