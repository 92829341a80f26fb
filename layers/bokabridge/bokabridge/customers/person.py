"""A person: the fields of a customer that a sync writes."""

import hashlib
from dataclasses import dataclass, fields, replace
from itertools import combinations
from typing import Any


@dataclass(frozen=True, slots=True)
class Person:
    """A person's fields, normalised so that equal people compare equal.

    `email` is lower case and `phone` is E.164. The first or the last name may be empty, but not both. No field contains
    a line break. A new field must be optional, so that the hashes of people without it stay the same.

    `absent` has the names of the optional fields that the source did not send. They are None here, and a sync leaves
    the customer's own values alone. A customer that was read has all fields.
    """

    first_name: str
    last_name: str
    email: str | None = None
    phone: str | None = None
    absent: frozenset[str] = frozenset()

    @property
    def content_hash(self) -> str:
        """A hash that changes exactly when what a sync writes changes. None and "" count as the same."""
        written = [f"{name}={value}" for name, value in self.written().items() if value]
        written += [f"{name} is absent" for name in sorted(self.absent)]
        return hashlib.sha256("\n".join(written).encode()).hexdigest()[:32]

    def has_content(self, content_hash: str) -> bool:
        """True if a sync that wrote a person with this hash left these fields, whichever fields the source sent."""
        choices = (combinations(_OPTIONAL, number) for number in range(len(_OPTIONAL) + 1))
        absents = (frozenset(names) for chosen in choices for names in chosen)
        return any(replace(self, absent=absent).content_hash == content_hash for absent in absents)

    def written(self) -> dict[str, Any]:
        """The fields that a sync writes, by name: text, or None, which clears the customer's field."""
        return {name: getattr(self, name) for name in FIELD_NAMES if name not in self.absent}


FIELD_NAMES = tuple(field.name for field in fields(Person) if field.name != "absent")
"""The fields of a person that a customer has."""

_OPTIONAL = FIELD_NAMES[2:]
"""The fields that a source may leave out: all but the names."""
