"""The health of companies' syncs: when the last one completed, when the next one starts, and what stands in its way."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from bokabridge.paging import Window
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import SettingsStore
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.ports import JobStore
from bokabridge.usersync.read import last_completed

type NextRun = Callable[[AxemaSettings], datetime | None]
"""When the company's schedule next starts a sync, or None if it starts none."""

_NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Health:
    """A company's settings, its last completed sync, its failed syncs in a row since then, and its next start."""

    settings: AxemaSettings
    completed: SyncJob | None
    failures: int
    next_run: datetime | None


def health_of(settings: AxemaSettings, *, jobs: JobStore, next_run: NextRun) -> Health:
    """The health of the company with these settings. Raises RetriableError."""
    company_id = settings.company_id
    return Health(settings, last_completed(company_id, jobs), jobs.failures(company_id), next_run(settings))


def list_health(
    company_ids: Iterable[str], window: Window, *, settings: SettingsStore, jobs: JobStore, next_run: NextRun
) -> list[Health]:
    """The health of those of the companies that have settings, worst first. It reads all of them for each window.

    A paused schedule is worst, then most failures in a row, then no completed sync, then the oldest one. Raises
    RetriableError.
    """
    stored = [found for company_id in company_ids if (found := settings.find(company_id))]
    return window.of(sorted((health_of(each, jobs=jobs, next_run=next_run) for each in stored), key=_worst_first))


def _worst_first(health: Health) -> tuple[bool, int, datetime, str]:
    completed_at = health.completed.completed_at if health.completed else None
    settings = health.settings
    return settings.paused_at is None, -health.failures, completed_at or _NEVER, settings.company_id
