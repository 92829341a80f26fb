"""Holding back a sync that would change or miss suspiciously many people, until an administrator forces it."""

from dataclasses import dataclass

from bokabridge.errors import FatalError
from bokabridge.settings.model import Safeguards
from bokabridge.usersync.job import SyncJob


@dataclass(frozen=True, slots=True)
class Floors:
    """The numbers of people that a sync may change and miss in the smallest company."""

    changes: int = 50
    missing: int = 20


FLOORS = Floors()


@dataclass(frozen=True, slots=True)
class Limits:
    """The most people that a sync may create or update, and the most that it may miss newly. None is no limit."""

    changes: int | None = None
    missing: int | None = None

    def allow_changes(self, number: int) -> bool:
        """True if a sync may create and update this many people."""
        return self.changes is None or number <= self.changes

    def allow_missing(self, number: int) -> bool:
        """True if a sync may miss this many people whom the one before had."""
        return self.missing is None or number <= self.missing


NO_LIMITS = Limits()


class HeldBack(FatalError):
    """The sync was held back. A forced one is not."""


def limits_of(job: SyncJob, safeguards: Safeguards, known: int | None, floors: Floors) -> Limits:
    """The limits of a job. `known` is the number of people that the last completed sync found.

    A company's first sync, with a `known` of None, and a forced one have no limits.
    """
    if job.is_forced or known is None:
        return NO_LIMITS
    return Limits(
        changes=_limit(safeguards.hold_changes_percent, known, floors.changes),
        missing=_limit(safeguards.hold_missing_percent, known, floors.missing),
    )


def _limit(percent: int, known: int, floor: int) -> int | None:
    return max(floor, known * percent // 100) if percent else None


def held_reason(job: SyncJob, limits: Limits, missing: int) -> str:
    """Why the job was held back, what that means, and how to go on. `job` is as after its last page.

    `missing` is the number of people whom the last completed sync found and this list does not have.
    """
    changes, causes = job.changed, []
    if not limits.allow_changes(changes):
        causes.append(f"{changes} people would be created or updated (the limit is {limits.changes})")
    if not limits.allow_missing(missing):
        causes.append(f"{missing} people are missing from Axema's list (the limit is {limits.missing})")
    why = " and ".join(causes)
    if job.is_preview:
        return f"A sync would be held back: {why}. If this is right, start it with Force: true."
    held = job.counters.held if job.counters else 0
    return (
        f"The sync was held back: {why}. {changes - held} people were written before that, and {held} were not. "
        "The job's changes list them. If they are right, start the sync again with Force: true."
    )
