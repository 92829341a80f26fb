"""What the settings need from the outside. Adapters implement these ports; fakes.py has them in memory."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Protocol

from bokabridge.settings.model import AxemaSecret, AxemaSettings, CompanySchedule

REMOVAL_LEASE = timedelta(seconds=30)
"""The time that a removal has for itself. It is longer than the function may run (25 s), so a removal that is older has
died, and another one may take over."""


class SettingsStore(Protocol):
    """The companies' Axema settings."""

    def find(self, company_id: str) -> AxemaSettings | None:
        """The company's settings, or None."""
        ...

    def all(self) -> Iterable[AxemaSettings]:
        """The settings of all companies, in any order. Settings that were added a moment ago may be missing.

        Raises RetriableError.
        """
        ...

    def add(self, settings: AxemaSettings) -> None:
        """Stores the first settings of a company. Raises Conflict if it has settings already."""
        ...

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """Stores changed settings. Raises Conflict if the stored settings are no longer `before`."""
        ...

    def resume(self, settings: AxemaSettings) -> None:
        """Ends the pause of the schedule, unless the settings were saved since, which has ended it already."""
        ...

    def begin_removal(self, before: AxemaSettings, now: datetime) -> None:
        """Marks the settings: from now on they are not active and cannot be replaced, and no sync can start.

        One transaction with the company's lock, which forgets the failures of its syncs. Raises Conflict if a sync is
        running, if the stored settings are no longer `before`, or if another removal began within REMOVAL_LEASE.
        """
        ...

    def give_up_removal(self, company_id: str, began_at: datetime) -> None:
        """Lets another removal begin at once. The settings stay marked. Does nothing if this removal is over."""
        ...

    def finish_removal(self, company_id: str, began_at: datetime) -> None:
        """Deletes the settings that this removal marked. Does nothing if another removal has taken over."""
        ...


class SecretStore(Protocol):
    """The companies' Axema secrets, in versions. Each version belongs to one connection (StoredSecret.belongs_to)."""

    def get(self, settings: AxemaSettings, *, fresh: bool = False) -> AxemaSecret:
        """The secrets that belong to these settings, and no others. May be some minutes old unless `fresh`.

        Raises FatalError if there are none, RetriableError if the store is busy.
        """
        ...

    def find(self, settings: AxemaSettings) -> AxemaSecret | None:
        """The secrets that belong to these settings, as they are now, or None. Raises RetriableError."""
        ...

    def stage(self, before: AxemaSettings | None, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """Stores the secrets as the version that these settings name.

        `before` are the company's stored settings. Versions that they or another request may name stay as they are;
        the store may delete older ones. Raises InvalidInput if the secrets are too long for the store, RetriableError.
        """
        ...

    def promote(self, settings: AxemaSettings) -> None:
        """Makes the version that these settings name the current one, after the settings were stored."""
        ...

    def remove(self, company_id: str) -> None:
        """Removes the company's secrets, if there are any."""
        ...


class ConnectionChecker(Protocol):
    """Tries connections to Axema."""

    def check(self, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """Tries once to list users, with this secret, stored or not. Raises FatalError or RetriableError."""
        ...


class TrialLog(Protocol):
    """The trials of each company in the last minute."""

    def add(self, company_id: str, now: datetime) -> None:
        """Records a trial. Raises TooManyRequests, and records nothing, if the company may not make another one now."""
        ...


class Scheduler(Protocol):
    """Starts the companies' syncs at the times of their schedules. Both methods raise RetriableError."""

    def put(self, company_id: str, expression: str, timezone: str) -> None:
        """Creates or changes the company's schedule. The expression comes from `schedule.parse_expression`.

        Raises InvalidInput, and changes nothing, if the scheduler does not accept it.
        """
        ...

    def remove(self, company_id: str) -> None:
        """Removes the company's schedule if there is one."""
        ...


class Schedules(Protocol):
    """The schedules that the scheduler has."""

    def all(self) -> Iterable[CompanySchedule]:
        """The schedules of all companies, in any order. Raises RetriableError."""
        ...
