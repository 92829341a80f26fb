"""The settings' use cases on ports in memory, whose calls tests interrupt, and connections to save with them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from bokabridge.errors import BridgeError, RetriableError
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.fakes import InMemoryScheduler, InMemorySecrets, InMemorySettings
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.settings.save import SettingsService
from tests.interrupted import Calls, Crash, Interrupted

COMPANY = "11111111-1111-4111-8111-111111111111"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MAX_CALLS = 30


def connection(host: str, schedule: str) -> SettingsChange:
    """A change to this host, with a password that names it."""
    return SettingsChange(
        members={"api_endpoint": host, "api_port": 443, "username": "bridge"},
        secret=AxemaSecret({"password": f"for {host}"}),
        schedule=schedule,
    )


OLD = connection("old.example.com", "rate(1 day)")
NEW = connection("new.example.com", "rate(2 days)")
OTHER = connection("other.example.com", "rate(3 days)")
ANOTHER_PORT = SettingsChange(members={"api_port": 8443}, schedule="rate(4 days)")
NO_SCHEDULE = SettingsChange(schedule="")
INACTIVE = SettingsChange(is_active=False)
CHANGES = [NEW, ANOTHER_PORT, NO_SCHEDULE, INACTIVE]


class World:
    """Two services on the same stores: one whose calls pass through `calls`, and one that nothing interrupts."""

    def __init__(self) -> None:
        self.now = NOON
        self.settings, self.secrets, self.scheduler = InMemorySettings(), InMemorySecrets(), InMemoryScheduler()
        self.calls = Calls()
        self.whole = SettingsService(self.settings, self.secrets, self.scheduler, self.clock, None, False)
        passing: list[Any] = [Interrupted(port, self.calls) for port in (self.settings, self.secrets, self.scheduler)]
        self.interrupted = SettingsService(passing[0], passing[1], passing[2], self.clock, None, False)
        self.whole.create(COMPANY, OLD)

    def clock(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now

    def stored(self) -> AxemaSettings:
        return self.whole.get(COMPANY)

    def schedule(self) -> tuple[str, str] | None:
        schedule: tuple[str, str] | None = self.scheduler.schedules.get(COMPANY)
        return schedule

    def assert_connection_is_whole(self) -> None:
        assert_pair(self.stored(), self.secrets.get(self.stored(), fresh=True))

    def assert_schedule_is_that_of_the_settings(self) -> None:
        expression = self.whole.schedule_of(self.stored())
        assert self.schedule() == ((expression, "Europe/Stockholm") if expression else None)


def assert_pair(settings: AxemaSettings, secret: AxemaSecret) -> None:
    assert secret.get("password") == f"for {settings.connection.members()['api_endpoint']}"


def outcome_of(call: Callable[[], object]) -> BaseException | None:
    try:
        call()
    except (BridgeError, RuntimeError, Crash) as error:
        return error
    return None


def is_changed(before: AxemaSettings, after: AxemaSettings) -> bool:
    return after.updated_at != before.updated_at


LOST = RetriableError("The other side does not respond.")
FAULT = RuntimeError("An error that nobody foresaw.")
