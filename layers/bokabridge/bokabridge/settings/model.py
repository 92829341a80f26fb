"""A company's Axema settings and secrets."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # kinds/ imports pydantic, which functions without an HTTP API do not load
    from bokabridge.settings.kinds.connection import Connection


class NameOrder(StrEnum):
    """The order of first and last name when there is no comma. (With a comma it is "Last, First": VAKA's manual.)"""

    LastFirst = "LastFirst"
    FirstLast = "FirstLast"


@dataclass(frozen=True, slots=True)
class AxemaSettings:
    """A company's connection to Axema, without the secrets, and when the company is synced.

    `schedule` is a rate or cron expression in the time zone `timezone`; None means the deployment's default schedule.
    """

    company_id: str
    connection: "Connection"
    created_at: datetime
    updated_at: datetime
    name_order: NameOrder = NameOrder.LastFirst
    is_active: bool = True
    schedule: str | None = None
    timezone: str = "Europe/Stockholm"


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


NO_SECRET = AxemaSecret()
