"""The companies' schedules, which follow from their settings."""

from dataclasses import dataclass

from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.ports import Scheduler, SettingsStore

_MAX_ROUNDS = 5
"""More requests than this do not save one company's settings within the same second."""


@dataclass(frozen=True, slots=True)
class CompanySchedules:
    """Keeps each company's schedule as its stored settings say. `default` applies to companies without one."""

    settings: SettingsStore
    scheduler: Scheduler
    default: str | None

    def expression_of(self, settings: AxemaSettings) -> str | None:
        """The expression of the schedule that syncs the company; None if only a request starts a sync."""
        return (settings.schedule or self.default) if settings.is_active else None

    def prepare(self, before: AxemaSettings | None, after: AxemaSettings) -> None:
        """Puts a new or changed schedule, before the settings are stored. Raises InvalidInput if it is refused."""
        if self._wanted(after) is not None and self._wanted(after) != self._wanted(before):
            self._apply(after.company_id, after)

    def align(self, company_id: str, settings: AxemaSettings | None) -> None:
        """Makes the company's schedule that of its settings, which are stored by now or have been removed.

        Other requests may save settings at the same time. So this looks again after each change, and the last of them
        leaves the schedule of the settings that are stored.
        """
        for _ in range(_MAX_ROUNDS):
            self._apply(company_id, settings)
            stored = self.settings.find(company_id)
            if self._wanted(stored) == self._wanted(settings):
                return
            settings = stored

    def realign(self, company_id: str) -> None:
        """Makes the company's schedule that of its stored settings, after a save that failed."""
        self.align(company_id, self.settings.find(company_id))

    def _apply(self, company_id: str, settings: AxemaSettings | None) -> None:
        wanted = self._wanted(settings)
        if wanted is None:
            self.scheduler.remove(company_id)
        else:
            self.scheduler.put(company_id, *wanted)

    def _wanted(self, settings: AxemaSettings | None) -> tuple[str, str] | None:
        expression = self.expression_of(settings) if settings else None
        return (expression, settings.timezone) if settings and expression else None
