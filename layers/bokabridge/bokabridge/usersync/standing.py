"""How a company's syncs have ended lately. It decides when to notify somebody, and when to pause the schedule."""

from dataclasses import dataclass, replace
from datetime import datetime

from bokabridge.usersync.failure import Failure, FailureKind

PAUSE_AFTER = 3
"""The schedule is paused once Axema has rejected the credentials this many times in a row."""

PAUSED = (
    f"Axema has rejected the credentials {PAUSE_AFTER} times in a row, so scheduled syncs are paused. "
    "Correct the credentials and save the Axema settings, or test the settings once Axema accepts them."
)
"""Follows the message of the failure that pauses the schedule."""


@dataclass(frozen=True, slots=True)
class SyncState:
    """The number of a company's failed syncs in a row, and the id of the job that is running, or None."""

    failures: int = 0
    running: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """The failed syncs in a row since the last completed one, and what the settings know of them.

    `rejections` counts the last failures in a row for rejected credentials, since the settings were saved. `paused_at`
    is when the schedule was paused, or None if it is not.
    """

    failures: int = 0
    rejections: int = 0
    paused_at: datetime | None = None

    def after(self, failure: Failure | None, now: datetime, *, is_scheduled: bool) -> "Standing":
        """The standing after one more sync, which ended with this failure, or completed if it is None.

        A sync that a person stopped says nothing about the next one, so it changes nothing.
        """
        if failure is None:
            return Standing()
        if failure.kind is FailureKind.Stopped:
            return self
        rejections = self.rejections + 1 if failure.kind is FailureKind.Rejected else 0
        pauses = is_scheduled and rejections >= PAUSE_AFTER
        return replace(
            self,
            failures=self.failures + 1,
            rejections=rejections,
            paused_at=self.paused_at or (now if pauses else None),
        )
