"""What a sync can do with one record. Values; plan.py chooses among them, and apply.py carries them out."""

from dataclasses import dataclass
from typing import ClassVar

from bokabridge.customers.model import CustomerWrite
from bokabridge.usersync.changes import ChangeKind
from bokabridge.usersync.link import Link
from bokabridge.usersync.normalised import Candidate
from bokabridge.usersync.people import Issue


@dataclass(frozen=True, slots=True)
class Listed:
    """A person in Axema's list, with the user's key and the entry in the roster once the content is stored."""

    candidate: Candidate
    user_key: str
    entry: bytes


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the record out, and report why. `is_double` is True if the user appeared before in this sync."""

    outcome: ClassVar = "skipped"
    issue: Issue
    is_double: bool = False


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Do nothing, because the customer is as an earlier sync wrote it."""

    outcome: ClassVar = "unchanged"
    entry: bytes


@dataclass(frozen=True, slots=True)
class Write:
    """Write the customer, then the link.

    `vacated` is the link that loses the customer to this one. `is_done` is True if an earlier run of the same page
    wrote both. Then only the counters are left to update.
    """

    kind: ChangeKind
    listed: Listed
    customer: CustomerWrite
    link: Link
    vacated: Link | None = None
    is_done: bool = False

    @property
    def outcome(self) -> str:
        """The counter of this action."""
        return "created" if self.kind is ChangeKind.Create else "updated"


@dataclass(frozen=True, slots=True)
class Defer:
    """Decide on the sync's last page, which counts the record."""

    listed: Listed


Action = Skip | Unchanged | Write | Defer
"""What to do with one record. `outcome` is the name of the counter that the record adds to."""
