"""The settings' use cases on ports in memory, and changes to save with them."""

from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.errors import InvalidFields
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.fakes import InMemoryScheduler, InMemorySecrets, InMemorySettings
from bokabridge.settings.model import AxemaSecret
from bokabridge.settings.save import SettingsService

COMPANY = "11111111-1111-4111-8111-111111111111"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

LOCAL = SettingsChange(
    members={"api_endpoint": "vaka.example.com", "api_port": 443, "username": "bridge"},
    secret=AxemaSecret({"password": "word"}),
)
VAKA_ONLINE = SettingsChange(
    members={"device_id": "device", "client_id": "client"},
    secret=AxemaSecret({"client_secret": "secret", "api_key": "key"}),
)


class World:
    """The service on stores in memory, with a clock that moves a minute each time it is read."""

    def __init__(self, default_schedule: str | None = None, *, allows_private: bool = False) -> None:
        self.now = NOON
        self.secrets = InMemorySecrets()
        self.scheduler = InMemoryScheduler()
        self.settings = InMemorySettings()
        self.service = SettingsService(
            self.settings, self.secrets, self.scheduler, self.clock, default_schedule, allows_private
        )

    def clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now

    def stored_secret(self) -> AxemaSecret | None:
        return self.secrets.find(self.service.get(COMPANY))


def fields(refusal: pytest.ExceptionInfo[InvalidFields]) -> list[str | None]:
    return [problem.field for problem in refusal.value.problems]
