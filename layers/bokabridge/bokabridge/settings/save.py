"""Saving a company's Axema settings and their secrets: all or nothing for the caller.

The order of the writes keeps the old connection whole until the new one is complete:

1. The secrets become a new version in the secret store, which no settings name yet.
2. A new or changed schedule goes to the scheduler, which may refuse it.
3. One conditional write stores the settings with the name of the secrets' version. This write decides: before it, the
   old settings and the old secrets are in use, after it the new ones. Of two requests that save at the same time, one
   is refused here, and no settings ever name its secrets.
4. What remains is tidying up, which the next save repeats: the new secrets become the current ones, and a schedule that
   is no longer wanted is removed. The start of a sync checks the settings, so such a schedule starts nothing.

If step 2 or 3 fails, the schedule becomes that of the stored settings again. If the process dies in between, the next
save does this.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bokabridge.clock import Clock
from bokabridge.errors import (
    Conflict,
    InvalidFields,
    InvalidInput,
    NotConfigured,
    NotFound,
    RetriableError,
    Unavailable,
)
from bokabridge.ids import uuid7
from bokabridge.settings.change import SettingsChange, changed_settings, missing_member
from bokabridge.settings.company_schedules import CompanySchedules
from bokabridge.settings.model import NO_SECRET, AxemaSecret, AxemaSettings
from bokabridge.settings.ports import Scheduler, SecretStore, SettingsStore
from bokabridge.settings.schedule import runs_after

_EXIST_ALREADY = "The company has Axema settings already. Change them with PUT."
_ARE_BEING_DELETED = (
    "The company's Axema settings are being deleted. If this does not end within a minute, delete them again."
)
_OUTCOME_UNKNOWN = (
    "It is not known whether the Axema settings were saved, because the database did not respond. "
    "Read the settings, and save them again if they are not as you want them."
)


@dataclass(frozen=True, slots=True)
class SettingsService:
    """Reads, saves and deletes settings.

    `default_schedule` applies to companies without a schedule of their own; None means no schedule. `allows_private`: a
    company may enter an address of a private network. `report` gets the errors of writes that the next save repeats.
    """

    settings: SettingsStore
    secrets: SecretStore
    scheduler: Scheduler
    clock: Clock
    default_schedule: str | None
    allows_private: bool
    report: Callable[[str, Exception], None] = lambda _what, _error: None

    def get(self, company_id: str) -> AxemaSettings:
        """The company's settings. Raises NotFound."""
        found = self.settings.find(company_id)
        if found is None:
            raise NotFound("There are no Axema settings for this company.")
        return found

    def create(self, company_id: str, change: SettingsChange) -> AxemaSettings:
        """Saves the first settings of a company. Raises Conflict, or InvalidFields."""
        before = self.settings.find(company_id)
        if before is not None:
            raise Conflict(_ARE_BEING_DELETED if before.removal_started_at else _EXIST_ALREADY)
        return self._save(None, self._after(company_id, None, change), change.secret)

    def update(self, company_id: str, change: SettingsChange) -> AxemaSettings:
        """Changes the given members and keeps the others. Raises NotFound, Conflict, or InvalidFields."""
        before = _usable(self.get(company_id))
        return self._save(before, self._after(company_id, before, change), change.secret)

    def proposal(self, company_id: str, change: SettingsChange) -> tuple[AxemaSettings, AxemaSecret]:
        """The settings and secrets that `update` would save, for a trial.

        Both are of one version of the settings, even while another request saves. Raises NotConfigured, Conflict, or
        InvalidFields.
        """
        before = self.settings.find(company_id)
        if before is None and not (change.kind or change.connection_members):
            raise NotConfigured
        after = self._after(company_id, _usable(before) if before else None, change)
        return after, self._complete_secret(before, after, change.secret)

    def resume(self, tested: AxemaSettings, secret: AxemaSecret) -> None:
        """Ends the pause of the company's schedule after a successful trial with these settings and this secret.

        A trial with other members than the stored ones says nothing about the stored ones, so it ends nothing.
        """
        stored = self.settings.find(tested.company_id)
        if stored is None or stored.paused_at is None or stored.connection != tested.connection:
            return
        if self.secrets.find(stored) == secret:
            self.settings.resume(stored)

    def remove(self, company_id: str) -> None:
        """Deletes the company's schedule, secrets and settings. Customers, links and jobs stay.

        The settings go last, and no sync can start from the first write on. So a removal that died in between does no
        harm, and the next one finishes it. Raises NotFound, or Conflict if a sync is running.
        """
        settings, began_at = self.get(company_id), self.clock()
        try:
            self.settings.begin_removal(settings, began_at)
            self.scheduler.remove(company_id)
            self.secrets.remove(company_id)
            self.settings.finish_removal(company_id, began_at)
        except Exception:
            self._tidy_up("A removal was not given up.", lambda: self.settings.give_up_removal(company_id, began_at))
            raise

    def schedule_of(self, settings: AxemaSettings) -> str | None:
        """The expression of the schedule that syncs the company; None if only a request starts a sync."""
        return self._schedules.expression_of(settings)

    def next_run(self, settings: AxemaSettings) -> datetime | None:
        """When that schedule next starts a sync, in UTC; None if it never does, or is paused.

        EventBridge Scheduler may start it some minutes later (`ScheduleTarget.flexible_minutes`).
        """
        schedule = self.schedule_of(settings)
        if schedule is None or settings.paused_at:
            return None
        return next(runs_after(schedule, settings.timezone, settings.updated_at, self.clock()), None)

    @property
    def _schedules(self) -> CompanySchedules:
        return CompanySchedules(self.settings, self.scheduler, self.default_schedule)

    def _after(self, company_id: str, before: AxemaSettings | None, change: SettingsChange) -> AxemaSettings:
        after = changed_settings(company_id, before, change, self.clock(), allows_private=self.allows_private)
        return replace(after, is_scheduled=self.schedule_of(after) is not None)

    def _save(self, before: AxemaSettings | None, after: AxemaSettings, given: AxemaSecret) -> AxemaSettings:
        secret = self._new_secret(before, after, given)
        if secret is not None:
            after = replace(after, secret_version=uuid7(after.updated_at))
            self.secrets.stage(before, after, secret)
        try:
            self._schedules.prepare(before, after)
            self._commit(before, after)
        except Exception as error:
            if not isinstance(error, InvalidInput):
                self._tidy_up("The schedule was not restored.", lambda: self._schedules.realign(after.company_id))
            raise
        if after.secret_version is not None:
            self._tidy_up("The secrets were not made the current ones.", lambda: self.secrets.promote(after))
        self._tidy_up("The schedule was not aligned.", lambda: self._schedules.align(after.company_id, after))
        return after

    def _new_secret(self, before: AxemaSettings | None, after: AxemaSettings, given: AxemaSecret) -> AxemaSecret | None:
        """The secrets to store as a new version, or None if the stored version stays in use. Raises InvalidFields."""
        is_same = before is not None and after.connection == before.connection
        if before is None or not is_same or given.only(type(after.connection).secrets) != NO_SECRET:
            return self._complete_secret(before, after, given)
        # Release 0.2.0 stored secrets without a version. The first save afterwards binds them to the connection.
        stored = self.secrets.find(before) if before.secret_version is None else None
        return stored.only(type(after.connection).secrets) if stored else None

    def _complete_secret(self, before: AxemaSettings | None, after: AxemaSettings, given: AxemaSecret) -> AxemaSecret:
        """All secrets of the connection: the given ones, and those that the change keeps. Raises InvalidFields."""
        names = type(after.connection).secrets
        secret = self._kept(before, after, given).updated(given).only(names)
        missing = [missing_member(name) for name in names if name not in secret.members]
        if missing:
            raise InvalidFields(missing)
        return secret

    def _kept(self, before: AxemaSettings | None, after: AxemaSettings, given: AxemaSecret) -> AxemaSecret:
        """The stored secrets that the change keeps: those that belong to the settings before it."""
        kind, members = type(after.connection), after.connection.members()
        if before is None or type(before.connection) is not kind or not before.connection.keeps_secrets(members):
            return NO_SECRET
        if kind.secrets.keys() <= given.members.keys():
            return NO_SECRET
        return self.secrets.find(before) or NO_SECRET

    def _commit(self, before: AxemaSettings | None, after: AxemaSettings) -> None:
        """Stores the settings. Looks before it reports a failure: the write may have been made without a response."""
        try:
            if before is None:
                self.settings.add(after)
            else:
                self.settings.replace(before, after)
        except (Conflict, RetriableError):
            if not self._is_stored(after):
                raise

    def _is_stored(self, after: AxemaSettings) -> bool:
        try:
            return self.settings.find(after.company_id) == after
        except RetriableError:
            raise Unavailable(_OUTCOME_UNKNOWN) from None

    def _tidy_up(self, what_failed: str, write: Callable[[], None]) -> None:
        """Makes a write whose failure does no harm, because the next save or removal makes it again."""
        try:
            write()
        except Exception as error:  # noqa: BLE001 (whatever it is, the request's outcome is decided already)
            self.report(what_failed, error)


def _usable(stored: AxemaSettings) -> AxemaSettings:
    if stored.removal_started_at is not None:
        raise Conflict(_ARE_BEING_DELETED)
    return stored
