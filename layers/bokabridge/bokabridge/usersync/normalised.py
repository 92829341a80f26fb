"""The records of a page after the mapping (normalise.py), for those who need no rules of mapping."""

from dataclasses import dataclass

from bokabridge.customers.person import Person
from bokabridge.usersync.people import Issue


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that can become a customer. `digest` is the record's (digest.py)."""

    source_user_id: str
    person: Person
    digest: bytes


@dataclass(frozen=True, slots=True)
class AsBefore:
    """A record that is as it was when its customer was written, so that it was not mapped again.

    `entry` is the user's entry in the roster (roster.py).
    """

    source_user_id: str
    entry: bytes


@dataclass(frozen=True, slots=True)
class NormalisedPage:
    """A page after the mapping: what became of each record. An issue says why a record must be skipped.

    `remarks` are issues of candidates, which do not prevent them from becoming customers. `unread` has the ids of the
    users whose records are skipped.
    """

    records: tuple[Candidate | AsBefore | Issue, ...]
    remarks: tuple[Issue, ...]
    unread: frozenset[str] = frozenset()

    @property
    def candidates(self) -> list[Candidate]:
        """The records that can become customers."""
        return [record for record in self.records if isinstance(record, Candidate)]

    @property
    def source_user_ids(self) -> set[str]:
        """The ids of the users who are on the page."""
        return {*self.unread, *(each.source_user_id for each in self.records if not isinstance(each, Issue))}
