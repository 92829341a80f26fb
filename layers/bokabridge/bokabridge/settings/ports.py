"""What the settings need from the outside. Adapters implement these ports; fakes.py has them in memory."""

from typing import Protocol

from bokabridge.settings.model import AxemaSecret, AxemaSettings


class SettingsStore(Protocol):
    """The companies' Axema settings."""

    def get(self, company_id: str) -> AxemaSettings | None:
        """The company's settings, or None."""
        ...

    def add(self, settings: AxemaSettings) -> None:
        """Stores the settings of a company that has none. Raises Conflict."""
        ...

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """Stores changed settings. Raises Conflict when they are not as they were `before` any more."""
        ...


class SecretStore(Protocol):
    """The companies' Axema secrets."""

    def get(self, company_id: str, *, fresh: bool = False) -> AxemaSecret:
        """The company's secrets, perhaps some minutes old unless `fresh`. Raises FatalError when there are none."""
        ...

    def find(self, company_id: str) -> AxemaSecret | None:
        """The company's secrets as of now, or None."""
        ...

    def put(self, company_id: str, secret: AxemaSecret) -> None:
        """Stores the company's secrets, replacing what was there."""
        ...


class Scheduler(Protocol):
    """Starts companies' syncs by the clock."""

    def put(self, company_id: str, expression: str, timezone: str) -> None:
        """Makes or changes the company's schedule; the expression is one that `schedule.parse_expression` gave."""
        ...

    def remove(self, company_id: str) -> None:
        """Removes the company's schedule, if it has one."""
        ...
