"""The ports in memory. They pass the same contract tests as the adapters."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bokabridge.errors import Conflict, CredentialsRejected, FatalError, Unreachable
from bokabridge.settings.model import AxemaSecret, AxemaSettings, CompanySchedule, StoredSecret
from bokabridge.settings.ports import REMOVAL_LEASE
from bokabridge.settings.trial import after_another_trial


class InMemorySettings:
    """SettingsStore in a dict. InMemoryJobs connects itself to it.

    `is_syncing` tells whether a sync of the company is running. `forget_failures` ends a run of failed syncs.
    """

    def __init__(self, is_syncing: Callable[[str, datetime], bool] = lambda _company_id, _now: False) -> None:
        self.is_syncing = is_syncing
        self.forget_failures: Callable[[str], object] = lambda _company_id: None
        self._settings: dict[str, AxemaSettings] = {}

    def find(self, company_id: str) -> AxemaSettings | None:
        """See SettingsStore."""
        return self._settings.get(company_id)

    def all(self) -> list[AxemaSettings]:
        """See SettingsStore."""
        return list(self._settings.values())

    def add(self, settings: AxemaSettings) -> None:
        """See SettingsStore."""
        if settings.company_id in self._settings:
            raise Conflict("The company has Axema settings already.")
        self._settings[settings.company_id] = settings

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """See SettingsStore."""
        stored = self._settings.get(before.company_id)
        if stored is None or stored.updated_at != before.updated_at:
            raise Conflict("Another request changed the settings.")
        self._settings[after.company_id] = after

    def resume(self, settings: AxemaSettings) -> None:
        """See SettingsStore."""
        stored = self._settings.get(settings.company_id)
        if stored and stored.updated_at == settings.updated_at:
            self.note_rejections(settings.company_id, 0, None)

    def note_rejections(self, company_id: str, rejections: int, paused_at: datetime | None) -> None:
        """Store how often Axema has rejected the credentials. JobStore.finish does it, not SettingsStore."""
        self._settings[company_id] = replace(self._settings[company_id], rejections=rejections, paused_at=paused_at)

    def begin_removal(self, before: AxemaSettings, now: datetime) -> None:
        """See SettingsStore."""
        began_at = before.removal_started_at
        if self.is_syncing(before.company_id, now) or (began_at and began_at + REMOVAL_LEASE > now):
            raise Conflict("A sync or another removal is running.")
        marked = replace(
            before, is_active=False, updated_at=before.updated_at + timedelta(milliseconds=1), removal_started_at=now
        )
        self.replace(before, marked)
        self.forget_failures(before.company_id)

    def give_up_removal(self, company_id: str, began_at: datetime) -> None:
        """See SettingsStore."""
        stored = self._settings.get(company_id)
        if stored and stored.removal_started_at == began_at:
            self._settings[company_id] = replace(stored, removal_started_at=began_at - REMOVAL_LEASE)

    def finish_removal(self, company_id: str, began_at: datetime) -> None:
        """See SettingsStore."""
        stored = self._settings.get(company_id)
        if stored and stored.removal_started_at == began_at:
            del self._settings[company_id]


@dataclass(slots=True)
class InMemorySecrets:
    """SecretStore in a dict. `stored` has the versions of each company's secrets, the current one last."""

    stored: dict[str, list[StoredSecret]] = field(default_factory=dict)

    def get(self, settings: AxemaSettings, *, fresh: bool = False) -> AxemaSecret:  # noqa: ARG002
        """See SecretStore."""
        found = self.find(settings)
        if found is None:
            raise FatalError("There are no Axema credentials that belong to the Axema settings.")
        return found

    def find(self, settings: AxemaSettings) -> AxemaSecret | None:
        """See SecretStore."""
        for stored in reversed(self.stored.get(settings.company_id, [])):
            if stored.belongs_to(settings):
                return stored.secret
        return None

    def stage(self, before: AxemaSettings | None, settings: AxemaSettings, secret: AxemaSecret) -> None:  # noqa: ARG002
        """See SecretStore."""
        staged = StoredSecret(secret, settings.secret_version, settings.connection.binding())
        self.stored.setdefault(settings.company_id, []).insert(0, staged)

    def promote(self, settings: AxemaSettings) -> None:
        """See SecretStore."""
        versions = self.stored.get(settings.company_id, [])
        versions.sort(key=lambda stored: stored.version == settings.secret_version)

    def remove(self, company_id: str) -> None:
        """See SecretStore."""
        self.stored.pop(company_id, None)


@dataclass(slots=True)
class InMemoryAxema:
    """ConnectionChecker on a system that accepts one secret; while `is_away`, it does not respond."""

    accepted: AxemaSecret
    is_away: bool = False

    def check(self, settings: AxemaSettings, secret: AxemaSecret) -> None:  # noqa: ARG002
        """See ConnectionChecker."""
        if self.is_away:
            raise Unreachable("Axema could not be reached.")
        if secret != self.accepted:
            raise CredentialsRejected("Axema rejected the credentials. Check them in the Axema settings.")


@dataclass(slots=True)
class InMemoryTrials:
    """TrialLog in a dict."""

    _trials: dict[str, list[datetime]] = field(default_factory=dict)

    def add(self, company_id: str, now: datetime) -> None:
        """See TrialLog."""
        self._trials[company_id] = after_another_trial(self._trials.get(company_id, []), now)


class InMemoryScheduler:
    """Scheduler and Schedules that only record: `schedules` has expression and time zone by company.

    All schedules have changed at `changed_at`.
    """

    def __init__(self, changed_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)) -> None:
        self.changed_at = changed_at
        self.schedules: dict[str, tuple[str, str]] = {}

    def all(self) -> list[CompanySchedule]:
        """See Schedules."""
        return [CompanySchedule(company, *found, self.changed_at) for company, found in self.schedules.items()]

    def put(self, company_id: str, expression: str, timezone: str) -> None:
        """See Scheduler."""
        self.schedules[company_id] = (expression, timezone)

    def remove(self, company_id: str) -> None:
        """See Scheduler."""
        self.schedules.pop(company_id, None)
