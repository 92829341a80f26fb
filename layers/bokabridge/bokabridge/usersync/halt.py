"""What stops a running sync: a caller who cancels it, and changes of the settings.

A changed schedule, password, user name or name order does not. Each error is checked when a worker begins, and again
in the transaction that commits a page.
"""

from bokabridge.errors import SyncStopped
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.failure import Failure, FailureKind

REMOVED = "The company's Axema settings were removed while the sync was running. The changes it made remain."
DEACTIVATED = (
    "The company's Axema settings were made inactive while the sync was running, so it was stopped. "
    "The changes it made remain."
)
SYSTEM_CHANGED = "The company's Axema system was changed while the sync was running. Start it again."


class Cancelled(SyncStopped):
    """A caller has cancelled the sync. `by` is the caller's subject."""

    def __init__(self, by: str) -> None:
        super().__init__(f"Cancelled by {by}. The changes that the sync made remain.")
        self.by = by

    @property
    def failure(self) -> Failure:
        """How the job ends."""
        return Failure(str(self), FailureKind.Stopped)


def halt_reason(*, exists: bool, is_active: bool, system: str | None, source: str | None) -> SyncStopped | None:
    """Why a sync that began with the system `source` must stop, or None if it may go on.

    `system` and `source` are None if they are not known: release 0.2.0 stored neither.
    """
    if not exists:
        return SyncStopped(REMOVED)
    if not is_active:
        return SyncStopped(DEACTIVATED)
    if system is not None and source is not None and system != source:
        return SyncStopped(SYSTEM_CHANGED)
    return None


def checked(settings: AxemaSettings | None, source: str | None) -> AxemaSettings:
    """The settings, if a sync that began with the system `source` may go on with them. Raises SyncStopped."""
    if settings is None:
        raise SyncStopped(REMOVED)
    halt = halt_reason(exists=True, is_active=settings.is_active, system=settings.connection.system, source=source)
    if halt:
        raise halt
    return settings
