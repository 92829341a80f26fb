"""What somebody wants a company's Axema settings to be, and what comes of it."""

from dataclasses import dataclass
from datetime import datetime

from bokabridge.errors import InvalidFields, InvalidInput
from bokabridge.settings.address import is_address, may_connect
from bokabridge.settings.model import (
    NO_SECRET,
    AxemaSecret,
    AxemaSettings,
    Connection,
    IntegrationType,
    LocalConnection,
    NameOrder,
    VakaOnlineConnection,
)


@dataclass(frozen=True, slots=True, repr=False)
class SettingsChange:
    """The members that were given, each valid by itself; None were not. Without a repr: it holds secrets.

    `schedule` is "" to have the deployment's default again.
    """

    integration: IntegrationType | None = None
    host: str | None = None
    port: int | None = None
    username: str | None = None
    device_id: str | None = None
    client_id: str | None = None
    secret: AxemaSecret = NO_SECRET
    name_order: NameOrder | None = None
    is_active: bool | None = None
    schedule: str | None = None
    timezone: str | None = None

    @property
    def names_local(self) -> bool:
        """True when a member of the local endpoint was given."""
        return any((self.host, self.port, self.username, self.secret.password))

    @property
    def names_vaka_online(self) -> bool:
        """True when a member of VAKA Online was given."""
        return any((self.device_id, self.client_id, self.secret.client_secret, self.secret.api_key))


def changed_settings(
    company_id: str, before: AxemaSettings | None, change: SettingsChange, now: datetime, *, allows_private: bool
) -> AxemaSettings:
    """The settings after the change; `before` is None for new ones.

    Raises InvalidFields naming what is missing, or an address that may not be connected to.
    """
    wanted = _integration(before, change)
    old = before.connection if before else None
    if wanted is IntegrationType.LocalApi:
        connection = _local(old if isinstance(old, LocalConnection) else None, change, allows_private=allows_private)
    else:
        connection = _vaka_online(old if isinstance(old, VakaOnlineConnection) else None, change)
    base = before or AxemaSettings(company_id, connection, now, now)
    return AxemaSettings(
        company_id=company_id,
        connection=connection,
        created_at=base.created_at,
        updated_at=now,
        name_order=change.name_order or base.name_order,
        is_active=base.is_active if change.is_active is None else change.is_active,
        schedule=base.schedule if change.schedule is None else change.schedule or None,
        timezone=change.timezone or base.timezone,
    )


def _integration(before: AxemaSettings | None, change: SettingsChange) -> IntegrationType:
    """As asked for, else as the given members say, else as it was."""
    if change.integration:
        return change.integration
    match change.names_local, change.names_vaka_online:
        case True, False:
            return IntegrationType.LocalApi
        case False, True:
            return IntegrationType.CloudBasedApi
        case False, False if before:
            return before.integration
        case _:
            rule = "must be 1 (LocalApi) or 2 (CloudBasedApi): the other members do not say which system is meant."
            raise InvalidFields([InvalidInput(f"'IntegrationType' {rule}", "IntegrationType", "NotEmpty")])


def _local(old: LocalConnection | None, change: SettingsChange, *, allows_private: bool) -> Connection:
    host = change.host or (old.host if old else None)
    port = change.port or (old.port if old else None)
    username = change.username or (old.username if old else None)
    # A stored password goes to the host it was given for, and to no other that somebody names later.
    password = change.secret.password or (old is not None and host == old.host)
    problems = _missing(ApiEndpoint=host, ApiPort=port, Username=username, Password=password)
    if host and is_address(host) and not may_connect(host, allows_private=allows_private):
        problems.append(refused_endpoint())
    if problems or host is None or port is None or username is None:
        raise InvalidFields(problems)
    return LocalConnection(host, port, username)


def _vaka_online(old: VakaOnlineConnection | None, change: SettingsChange) -> Connection:
    device_id = change.device_id or (old.device_id if old else None)
    client_id = change.client_id or (old.client_id if old else None)
    secret = change.secret
    problems = _missing(
        DeviceId=device_id, ClientId=client_id, ClientSecret=secret.client_secret or old, ApiKey=secret.api_key or old
    )
    if problems or device_id is None or client_id is None:
        raise InvalidFields(problems)
    return VakaOnlineConnection(device_id, client_id)


def _missing(**members: object) -> list[InvalidInput]:
    return [
        InvalidInput(f"'{name}' should not be empty.", name, "NotEmpty") for name, value in members.items() if not value
    ]


def refused_endpoint() -> InvalidInput:
    """The refusal of an address that is not the company's own."""
    return InvalidInput("'ApiEndpoint' must not be an address of a private or special network.", "ApiEndpoint")
