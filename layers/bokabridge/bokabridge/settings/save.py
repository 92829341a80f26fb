"""Saving a company's Axema settings: the settings, their secrets, and the schedule that comes of them.

In this order, and the settings under a condition: of two who save at once one is refused before any secret is touched.
A failure in between is mended by saving again with PUT.
"""

from dataclasses import dataclass

from bokabridge.clock import Clock
from bokabridge.errors import Conflict, NotConfigured, NotFound
from bokabridge.settings.change import SettingsChange, changed_settings
from bokabridge.settings.model import NO_SECRET, AxemaSecret, AxemaSettings
from bokabridge.settings.ports import Scheduler, SecretStore, SettingsStore


@dataclass(frozen=True, slots=True)
class SettingsDesk:
    """Where settings are read and saved. `default_schedule` is for companies that name none; None: no schedule."""

    settings: SettingsStore
    secrets: SecretStore
    scheduler: Scheduler
    clock: Clock
    default_schedule: str | None
    allows_private: bool

    def read(self, company_id: str) -> AxemaSettings:
        """The company's settings. Raises NotFound."""
        found = self.settings.get(company_id)
        if found is None:
            raise NotFound("There are no Axema settings for this company.")
        return found

    def create(self, company_id: str, change: SettingsChange) -> AxemaSettings:
        """Saves the first settings of a company. Raises Conflict, or InvalidFields."""
        if self.settings.get(company_id) is not None:
            raise Conflict("The company has Axema settings already. Change them with PUT.")
        return self._save(None, self._changed(company_id, None, change), change.secret)

    def update(self, company_id: str, change: SettingsChange) -> AxemaSettings:
        """Changes what was given, and keeps the rest. Raises NotFound, Conflict, or InvalidFields."""
        before = self.read(company_id)
        return self._save(before, self._changed(company_id, before, change), change.secret)

    def proposal(self, company_id: str, change: SettingsChange) -> tuple[AxemaSettings, AxemaSecret]:
        """What `update` would save, to try it out. Raises NotConfigured, or InvalidFields."""
        before = self.settings.get(company_id)
        if before is None and not (change.integration or change.names_local or change.names_vaka_online):
            raise NotConfigured
        after = self._changed(company_id, before, change)
        stored = self.secrets.find(company_id) or NO_SECRET
        return after, stored.updated(change.secret)

    def schedule_of(self, settings: AxemaSettings) -> str | None:
        """The expression that the company is synced by; None: only when somebody asks."""
        return (settings.schedule or self.default_schedule) if settings.is_active else None

    def _changed(self, company_id: str, before: AxemaSettings | None, change: SettingsChange) -> AxemaSettings:
        return changed_settings(company_id, before, change, self.clock(), allows_private=self.allows_private)

    def _save(self, before: AxemaSettings | None, after: AxemaSettings, given: AxemaSecret) -> AxemaSettings:
        if before is None:
            self.settings.add(after)
        else:
            self.settings.replace(before, after)
        if given != NO_SECRET:
            stored = self.secrets.find(after.company_id) or NO_SECRET
            self.secrets.put(after.company_id, stored.updated(given))
        expression = self.schedule_of(after)
        if expression is None:
            self.scheduler.remove(after.company_id)
        else:
            self.scheduler.put(after.company_id, expression, after.timezone)
        return after
