"""A change of a company's Axema settings, and the settings after it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from bokabridge.errors import InvalidFields, InvalidInput
from bokabridge.settings.kinds import KINDS
from bokabridge.settings.kinds.connection import Connection, wire_name
from bokabridge.settings.model import NO_SECRET, AxemaSecret, AxemaSettings, NameOrder


@dataclass(frozen=True, slots=True, repr=False)
class SettingsChange:
    """The members that a request gives, each valid by itself; None if it does not give one.

    `members` are those of a connection that are not secret, by field name. `schedule` is "" for the default schedule.
    `safeguards` are the given ones, by field name.
    Has no repr, because it holds secrets.
    """

    kind: type[Connection] | None = None
    members: Mapping[str, Any] = field(default_factory=dict)
    secret: AxemaSecret = NO_SECRET
    name_order: NameOrder | None = None
    is_active: bool | None = None
    schedule: str | None = None
    timezone: str | None = None
    safeguards: Mapping[str, int] = field(default_factory=dict)

    @property
    def connection_members(self) -> set[str]:
        """The names of the given members that belong to a connection, secret or not."""
        return {*self.members, *self.secret.members}


def changed_settings(
    company_id: str,
    before: AxemaSettings | None,
    change: SettingsChange,
    now: datetime,
    *,
    allows_private: bool,
    kinds: Sequence[type[Connection]] = KINDS,
) -> AxemaSettings:
    """The settings after the change; `before` is None if the company has no settings yet.

    Raises InvalidFields, which names each member that is missing or breaks a rule of the connection's kind.
    """
    kind = change.kind or _implied_kind(before, change.connection_members, kinds)
    connection = _changed_connection(kind, before, change, allows_private=allows_private)
    created_at = _next_date(None, now)
    base = before or AxemaSettings(company_id, connection, created_at, created_at)
    return AxemaSettings(
        company_id=company_id,
        connection=connection,
        created_at=base.created_at,
        updated_at=_next_date(before, now),
        name_order=change.name_order or base.name_order,
        is_active=base.is_active if change.is_active is None else change.is_active,
        schedule=base.schedule if change.schedule is None else change.schedule or None,
        timezone=change.timezone or base.timezone,
        secret_version=base.secret_version,
        safeguards=replace(base.safeguards, **change.safeguards),
    )


def _next_date(before: AxemaSettings | None, now: datetime) -> datetime:
    """The date of a save, in milliseconds. It is later than the one before, so that each save has its own."""
    date = now.replace(microsecond=now.microsecond // 1000 * 1000)
    return date if before is None else max(date, before.updated_at + timedelta(milliseconds=1))


def _implied_kind(before: AxemaSettings | None, names: set[str], kinds: Sequence[type[Connection]]) -> type[Connection]:
    """The only kind that has all the given members, or else the kind as it was if that has them."""
    possible = [kind for kind in kinds if names <= kind.member_types().keys()]
    if len(possible) == 1:
        return possible[0]
    if before is not None and type(before.connection) in possible:
        return type(before.connection)
    choice = " or ".join(f"{kind.number} ({kind.name})" for kind in kinds)
    rule = f"must be {choice}: the other members do not say which system is meant."
    raise InvalidFields([InvalidInput(f"'IntegrationType' {rule}", "IntegrationType", "NotEmpty")])


def _changed_connection(
    kind: type[Connection], before: AxemaSettings | None, change: SettingsChange, *, allows_private: bool
) -> Connection:
    old = before.connection if before is not None and type(before.connection) is kind else None
    given = {name: value for name, value in change.members.items() if name in kind.field_types()}
    members = {**(old.members() if old else {}), **given}
    missing = [name for name in kind.field_types() if name not in members]
    if old is None or not old.keeps_secrets(members):
        missing += [name for name in kind.secrets if name not in change.secret.members]
    problems = [missing_member(name) for name in missing]
    problems += kind.refusals(members, allows_private=allows_private)
    if problems:
        raise InvalidFields(problems)
    return kind(**members)


def missing_member(name: str) -> InvalidInput:
    """The problem of a member that the connection needs and that neither the request nor the store has."""
    field = wire_name(name)
    return InvalidInput(f"'{field}' should not be empty.", field, "NotEmpty")
