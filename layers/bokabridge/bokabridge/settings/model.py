"""A company's Axema settings and secrets."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # kinds/ imports pydantic, which functions without an HTTP API do not load
    from bokabridge.settings.kinds.connection import Connection


class NameOrder(StrEnum):
    """The order of first and last name when there is no comma. (With a comma it is "Last, First": VAKA's manual.)"""

    LastFirst = "LastFirst"
    FirstLast = "FirstLast"


@dataclass(frozen=True, slots=True)
class Safeguards:
    """What a sync does about many changes and about people who left (usersync/hold.py, usersync/departures.py).

    The percentages are of the people that the last completed sync found. 0 turns a rule off.
    """

    hold_changes_percent: int = 20
    hold_missing_percent: int = 20
    deactivate_after_days: int = 0


@dataclass(frozen=True, slots=True)
class AxemaSettings:
    """A company's connection to Axema, without the secrets, and when the company is synced.

    `schedule` is a rate or cron expression in the time zone `timezone`; None means the deployment's default schedule.
    `is_scheduled`: the company's schedule may start syncs. `secret_version` names the version of the secrets that
    belongs to this connection; None if release 0.2.0 or older saved the settings. While the settings are being deleted,
    `removal_started_at` says since when.

    `rejections` counts the last syncs in a row that failed because Axema rejected the credentials, and `paused_at` is
    when that paused the schedule. Saving the settings clears both.
    """

    company_id: str
    connection: "Connection"
    created_at: datetime
    updated_at: datetime
    name_order: NameOrder = NameOrder.LastFirst
    is_active: bool = True
    schedule: str | None = None
    timezone: str = "Europe/Stockholm"
    is_scheduled: bool = True
    secret_version: str | None = None
    removal_started_at: datetime | None = None
    safeguards: Safeguards = Safeguards()
    rejections: int = 0
    paused_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CompanySchedule:
    """A company's schedule as the scheduler has it. `changed_at` is when it was created or last changed."""

    company_id: str
    expression: str
    timezone: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class AxemaSecret:
    """One company's secrets by member name, such as `api_key`. Has no repr, so that no log can show them."""

    members: Mapping[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str:
        """The secret with this name, or "" if the company has none."""
        return self.members.get(name, "")

    def updated(self, given: "AxemaSecret") -> "AxemaSecret":
        """These secrets, with the given ones in place of those of the same name."""
        return AxemaSecret({**self.members, **given.members})

    def only(self, names: Collection[str]) -> "AxemaSecret":
        """Those of these secrets that have one of the names."""
        return AxemaSecret({name: value for name, value in self.members.items() if name in names})


NO_SECRET = AxemaSecret()


@dataclass(frozen=True, slots=True, repr=False)
class StoredSecret:
    """A company's secrets as they are stored: one version, with the members of the connection that they belong to.

    Release 0.2.0 stored neither the version nor the members, so both can be None. Has no repr, like AxemaSecret.
    """

    secret: AxemaSecret
    version: str | None = None
    binding: Mapping[str, Any] | None = None

    def belongs_to(self, settings: AxemaSettings) -> bool:
        """True if a connection with these settings may use the secrets.

        Settings of release 0.2.0 name no version. Their secrets have none either, or belong to the same connection.
        """
        is_of_connection = self.binding == settings.connection.binding()
        if settings.secret_version is None:
            return is_of_connection or (self.version is None and self.binding is None)
        return is_of_connection and self.version == settings.secret_version
