"""A company's connection to its Axema system."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum


class NameOrder(StrEnum):
    """How a company writes a name that has no comma. (With one it is "Last, First", says VAKA's manual.)"""

    LastFirst = "LastFirst"
    FirstLast = "FirstLast"


class IntegrationType(IntEnum):
    """Which of Axema's two systems is asked: the numbers are those of the Siedle settings (public-facts 1.2)."""

    LocalApi = 1
    CloudBasedApi = 2


@dataclass(frozen=True, slots=True)
class LocalConnection:
    """The company's own VAKA system. `host` is a host name or an IP address that the company chose."""

    host: str
    port: int
    username: str


@dataclass(frozen=True, slots=True)
class VakaOnlineConnection:
    """A VAKA system behind VAKA Online."""

    device_id: str
    client_id: str


Connection = LocalConnection | VakaOnlineConnection


@dataclass(frozen=True, slots=True)
class AxemaSettings:
    """How a company's VAKA system is reached, and when it is synced. The secrets are elsewhere.

    `schedule` is a rate or cron expression (None: the deployment's default one), in the time zone `timezone`.
    """

    company_id: str
    connection: Connection
    created_at: datetime
    updated_at: datetime
    name_order: NameOrder = NameOrder.LastFirst
    is_active: bool = True
    schedule: str | None = None
    timezone: str = "Europe/Stockholm"

    @property
    def integration(self) -> IntegrationType:
        """Which kind of system it is."""
        is_local = isinstance(self.connection, LocalConnection)
        return IntegrationType.LocalApi if is_local else IntegrationType.CloudBasedApi


@dataclass(frozen=True, slots=True, repr=False)
class AxemaSecret:
    """One company's secrets; None are those it has not. Without a repr, so that no log can show them."""

    password: str | None = None
    client_secret: str | None = None
    api_key: str | None = None

    def updated(self, given: "AxemaSecret") -> "AxemaSecret":
        """These secrets with the given ones in their place."""
        return AxemaSecret(
            given.password or self.password,
            given.client_secret or self.client_secret,
            given.api_key or self.api_key,
        )


NO_SECRET = AxemaSecret()
