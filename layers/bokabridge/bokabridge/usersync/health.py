"""The health of companies' syncs: when the last one completed, when the next one starts, and what stands in its way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bokabridge.clock import Clock
from bokabridge.paging import Window
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.read import last_completed
from bokabridge.usersync.standing import SyncState

type NextRun = Callable[[AxemaSettings], datetime | None]
"""When the company's schedule next starts a sync, or None if it starts none."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Health:
    """A company's settings, its last completed sync, how its syncs are since then, and its next start."""

    settings: AxemaSettings
    completed: SyncJob | None
    state: SyncState
    next_run: datetime | None


def health_of(settings: Iterable[AxemaSettings], *, jobs: JobStore, clock: Clock, next_run: NextRun) -> list[Health]:
    """The health of the companies with these settings, in the same order. Raises RetriableError.

    It makes a request for each company, and one for each 100.
    """
    by_company = {each.company_id: each for each in settings}
    states = jobs.states(by_company, clock())
    return [
        Health(each, last_completed(company_id, jobs), states[company_id], next_run(each))
        for company_id, each in by_company.items()
    ]


def list_health(
    settings: Iterable[AxemaSettings], window: Window, *, jobs: JobStore, clock: Clock, next_run: NextRun
) -> list[Health]:
    """The health of the companies with these settings, worst first. It reads all of them for each window.

    A paused schedule is worst, then most failures in a row, then no completed sync, then the oldest one. Companies
    whose settings are not active come last. Raises RetriableError.
    """
    return window.of(sorted(health_of(settings, jobs=jobs, clock=clock, next_run=next_run), key=_worst_first))


def _worst_first(health: Health) -> tuple[bool, bool, int, datetime, str]:
    settings, completed_at = health.settings, health.completed.completed_at if health.completed else None
    is_paused, failures = settings.paused_at is not None, health.state.failures
    return not settings.is_active, not is_paused, -failures, completed_at or _NEVER, settings.company_id
