"""The ports in memory. They pass the same contract tests as the adapters."""

from dataclasses import dataclass

from bokabridge.errors import Conflict, CredentialsRejected, FatalError, RetriableError
from bokabridge.settings.model import AxemaSecret, AxemaSettings


class InMemorySettings:
    """SettingsStore in a dict."""

    def __init__(self) -> None:
        self._settings: dict[str, AxemaSettings] = {}

    def find(self, company_id: str) -> AxemaSettings | None:
        """See SettingsStore."""
        return self._settings.get(company_id)

    def add(self, settings: AxemaSettings) -> None:
        """See SettingsStore."""
        if settings.company_id in self._settings:
            raise Conflict("The company has Axema settings already.")
        self._settings[settings.company_id] = settings

    def replace(self, before: AxemaSettings, after: AxemaSettings) -> None:
        """See SettingsStore."""
        if self._settings.get(before.company_id) != before:
            raise Conflict("Another request changed the settings.")
        self._settings[after.company_id] = after


class InMemorySecrets:
    """SecretStore in a dict."""

    def __init__(self) -> None:
        self._secrets: dict[str, AxemaSecret] = {}

    def get(self, company_id: str, *, fresh: bool = False) -> AxemaSecret:  # noqa: ARG002
        """See SecretStore."""
        if company_id not in self._secrets:
            raise FatalError("The company's Axema credentials could not be read. Save the Axema settings again.")
        return self._secrets[company_id]

    def find(self, company_id: str) -> AxemaSecret | None:
        """See SecretStore."""
        return self._secrets.get(company_id)

    def put(self, company_id: str, secret: AxemaSecret) -> None:
        """See SecretStore."""
        self._secrets[company_id] = secret


@dataclass(slots=True)
class InMemoryAxema:
    """ConnectionChecker on a system that accepts one secret; while `is_away`, it does not respond."""

    accepted: AxemaSecret
    is_away: bool = False

    def check(self, settings: AxemaSettings, secret: AxemaSecret) -> None:  # noqa: ARG002
        """See ConnectionChecker."""
        if self.is_away:
            raise RetriableError("Axema could not be reached (timeout).")
        if secret != self.accepted:
            raise CredentialsRejected("Axema rejected the credentials. Check them in the Axema settings.")


class InMemoryScheduler:
    """Scheduler that only records: `schedules` has expression and time zone by company."""

    def __init__(self) -> None:
        self.schedules: dict[str, tuple[str, str]] = {}

    def put(self, company_id: str, expression: str, timezone: str) -> None:
        """See Scheduler."""
        self.schedules[company_id] = (expression, timezone)

    def remove(self, company_id: str) -> None:
        """See Scheduler."""
        self.schedules.pop(company_id, None)
