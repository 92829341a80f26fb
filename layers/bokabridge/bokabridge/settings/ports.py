"""What the settings need from the outside. Adapters implement these ports; fakes.py has them in memory."""

from typing import Protocol

from bokabridge.settings.model import AxemaSecret, AxemaSettings


class SettingsStore(Protocol):
    """The companies' Axema settings."""

    def find(self, company_id: str) -> AxemaSettings | None:
        """The company's settings, or None."""
        ...

    def add(self, settings: AxemaSettings) -> None:
        """Stores the first settings of a company. Raises Conflict if it has settings already."""
        ...

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """Stores changed settings. Raises Conflict if the stored settings are no longer `before`."""
        ...


class SecretStore(Protocol):
    """The companies' Axema secrets."""

    def get(self, company_id: str, *, fresh: bool = False) -> AxemaSecret:
        """The company's secrets. May be some minutes old unless `fresh`. Raises FatalError if the company has none."""
        ...

    def find(self, company_id: str) -> AxemaSecret | None:
        """The company's secrets as they are now, or None."""
        ...

    def put(self, company_id: str, secret: AxemaSecret) -> None:
        """Stores the company's secrets in place of the former ones."""
        ...


class ConnectionChecker(Protocol):
    """Tries connections to Axema."""

    def check(self, settings: AxemaSettings, secret: AxemaSecret) -> None:
        """Tries once to list users, with this secret, stored or not. Raises FatalError or RetriableError."""
        ...


class Scheduler(Protocol):
    """Starts the companies' syncs at the times of their schedules."""

    def put(self, company_id: str, expression: str, timezone: str) -> None:
        """Creates or changes the company's schedule. The expression comes from `schedule.parse_expression`."""
        ...

    def remove(self, company_id: str) -> None:
        """Removes the company's schedule if there is one."""
        ...
