"""Saving a company's Axema settings, then their secrets, then the schedule that follows from them.

The settings come first and are written under a condition: if two requests save at the same time, one of them is refused
before it changes a secret. If a later write fails, saving again with PUT repairs the rest.
"""

from dataclasses import dataclass

from bokabridge.clock import Clock
from bokabridge.errors import Conflict, NotConfigured, NotFound
from bokabridge.settings.change import SettingsChange, changed_settings
from bokabridge.settings.model import NO_SECRET, AxemaSecret, AxemaSettings
from bokabridge.settings.ports import Scheduler, SecretStore, SettingsStore


@dataclass(frozen=True, slots=True)
class SettingsService:
    """Reads and saves settings.

    `default_schedule` applies to companies without a schedule of their own; None means no schedule. `allows_private`: a
    company may enter an address of a private network.
    """

    settings: SettingsStore
    secrets: SecretStore
    scheduler: Scheduler
    clock: Clock
    default_schedule: str | None
    allows_private: bool

    def get(self, company_id: str) -> AxemaSettings:
        """The company's settings. Raises NotFound."""
        found = self.settings.find(company_id)
        if found is None:
            raise NotFound("There are no Axema settings for this company.")
        return found

    def create(self, company_id: str, change: SettingsChange) -> AxemaSettings:
        """Saves the first settings of a company. Raises Conflict, or InvalidFields."""
        if self.settings.find(company_id) is not None:
            raise Conflict("The company has Axema settings already. Change them with PUT.")
        return self._save(None, self._changed(company_id, None, change), change.secret)

    def update(self, company_id: str, change: SettingsChange) -> AxemaSettings:
        """Changes the given members and keeps the others. Raises NotFound, Conflict, or InvalidFields."""
        before = self.get(company_id)
        return self._save(before, self._changed(company_id, before, change), change.secret)

    def proposal(self, company_id: str, change: SettingsChange) -> tuple[AxemaSettings, AxemaSecret]:
        """The settings and secrets that `update` would save, for a trial. Raises NotConfigured, or InvalidFields."""
        before = self.settings.find(company_id)
        if before is None and not (change.kind or change.connection_members):
            raise NotConfigured
        after = self._changed(company_id, before, change)
        stored = self.secrets.find(company_id) or NO_SECRET
        return after, stored.updated(change.secret)

    def schedule_of(self, settings: AxemaSettings) -> str | None:
        """The expression of the schedule that syncs the company; None if only a request starts a sync."""
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
