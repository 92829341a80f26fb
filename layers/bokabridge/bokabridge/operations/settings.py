"""The DTOs of the Axema settings (public-facts 1.2; BokaMera's own are not public, so the siblings' names are used)."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, WireDate, WireModel, enum_member
from bokabridge.operations.roles import READERS, WRITERS
from bokabridge.settings.address import parse_host
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.model import AxemaSecret, AxemaSettings, IntegrationType, LocalConnection, NameOrder
from bokabridge.settings.schedule import is_timezone, parse_expression
from bokabridge.settings.trial import Trial


def _stripped(value: Any) -> Any:
    """Forms send what is left empty as blanks: they count as absent."""
    return (value.strip() or None) if isinstance(value, str) else value


def _host(value: Any) -> Any:
    if not isinstance(value, str) or not value.strip():
        return _stripped(value)
    host = parse_host(value)
    if host is None:
        raise PydanticCustomError("InvalidHost", "must be a host name or an IP address, without scheme, port or path.")
    return host


def _username(value: Any) -> Any:
    if isinstance(value, str) and ":" in value:
        raise PydanticCustomError("InvalidUsername", "must not contain a colon.")
    return _stripped(value)


def _api_key(value: Any) -> Any:
    """It is sent as a header."""
    key = _stripped(value)
    if isinstance(key, str) and not (key.isascii() and key.isprintable()):
        raise PydanticCustomError("InvalidApiKey", "must consist of printable ASCII characters.")
    return key


def _expression(value: Any) -> Any:
    if not isinstance(value, str):
        raise PydanticCustomError("InvalidSchedule", "must be a rate or a cron expression.")
    if not value.strip():
        return ""
    expression = parse_expression(value)
    if expression is None:
        raise PydanticCustomError(
            "InvalidSchedule",
            "must be like rate(1 day) or cron(30 3 ? * MON-FRI *), in EventBridge Scheduler's notation.",
        )
    return expression


def _timezone(value: Any) -> Any:
    name = _stripped(value)
    if isinstance(name, str) and not is_timezone(name):
        raise PydanticCustomError("InvalidTimezone", "must be a name of the IANA database, like Europe/Stockholm.")
    return name


Text = Annotated[str | None, BeforeValidator(_stripped), Field(max_length=200)]
Secret = Annotated[str | None, Field(max_length=2000, repr=False)]
"""Taken as it is: blanks may belong to it."""


class AxemaSettingsRequest(CompanyRequest):
    """The members that are saved or tried; which of them are needed depends on the kind of system."""

    integration_type: Annotated[IntegrationType | None, enum_member(IntegrationType, "InvalidIntegrationType")] = None
    api_endpoint: Annotated[str | None, BeforeValidator(_host), Field(max_length=253)] = None
    api_port: Annotated[int | None, BeforeValidator(_stripped), Field(ge=1, le=65535)] = None
    username: Annotated[str | None, BeforeValidator(_username), Field(max_length=200)] = None
    password: Secret = None
    device_id: Text = None
    client_id: Text = None
    client_secret: Secret = None
    api_key: Annotated[str | None, BeforeValidator(_api_key), Field(max_length=2000, repr=False)] = None
    active: bool | None = None
    name_order: Annotated[NameOrder | None, enum_member(NameOrder, "InvalidNameOrder")] = None
    schedule: Annotated[str | None, BeforeValidator(_expression), Field(max_length=256)] = None
    schedule_timezone: Annotated[str | None, BeforeValidator(_timezone), Field(max_length=50)] = None

    def change(self) -> SettingsChange:
        """What is asked for, as the domain has it."""
        return SettingsChange(
            integration=self.integration_type,
            host=self.api_endpoint,
            port=self.api_port,
            username=self.username,
            device_id=self.device_id,
            client_id=self.client_id,
            secret=AxemaSecret(self.password or None, self.client_secret or None, self.api_key),
            name_order=self.name_order,
            is_active=self.active,
            schedule=self.schedule,
            timezone=self.schedule_timezone,
        )


class GetAxemaCodeLockSetting(CompanyRequest):
    """GET /codelock/axema/settings"""


class AddAxemaCodeLockSetting(AxemaSettingsRequest):
    """POST /codelock/axema/settings"""


class UpdateAxemaCodeLockSetting(AxemaSettingsRequest):
    """PUT /codelock/axema/settings: what is not given stays as it is"""


class TestAxemaCodeLockSetting(AxemaSettingsRequest):
    """POST /codelock/axema/settings/test (an addition to BokaMera's contract): the given members on the stored ones"""


class CodeLockAxemaSettingResponse(WireModel):
    """The settings without their secrets. Schedule is the expression in force; absent: only when somebody asks."""

    company_id: str
    integration_type: int
    api_endpoint: str | None
    api_port: int | None
    username: str | None
    device_id: str | None
    client_id: str | None
    active: bool
    name_order: str
    schedule: str | None
    schedule_timezone: str
    created: WireDate
    updated: WireDate


class TestAxemaCodeLockSettingResponse(WireModel):
    """Whether Axema can be reached so, and what is wrong if not."""

    success: bool
    message: str


def settings_response(settings: AxemaSettings, schedule: str | None) -> CodeLockAxemaSettingResponse:
    """The DTO of settings; `schedule` is the expression in force."""
    connection = settings.connection
    local = connection if isinstance(connection, LocalConnection) else None
    vaka_online = None if isinstance(connection, LocalConnection) else connection
    return CodeLockAxemaSettingResponse(
        company_id=settings.company_id,
        integration_type=settings.integration.value,
        api_endpoint=local.host if local else None,
        api_port=local.port if local else None,
        username=local.username if local else None,
        device_id=vaka_online.device_id if vaka_online else None,
        client_id=vaka_online.client_id if vaka_online else None,
        active=settings.is_active,
        name_order=settings.name_order.value,
        schedule=schedule,
        schedule_timezone=settings.timezone,
        created=settings.created_at,
        updated=settings.updated_at,
    )


def trial_response(trial: Trial) -> TestAxemaCodeLockSettingResponse:
    """The DTO of a try."""
    return TestAxemaCodeLockSettingResponse(success=trial.success, message=trial.message)


GET_AXEMA_CODE_LOCK_SETTING = Operation(
    GetAxemaCodeLockSetting,
    CodeLockAxemaSettingResponse,
    method="GET",
    path="/codelock/axema/settings",
    roles=READERS,
    summary="Get the Axema settings of a company",
    notes="Returns the settings without their secrets.",
)

ADD_AXEMA_CODE_LOCK_SETTING = Operation(
    AddAxemaCodeLockSetting,
    CodeLockAxemaSettingResponse,
    method="POST",
    path="/codelock/axema/settings",
    roles=WRITERS,
    summary="Add Axema settings to a company",
    notes="Saves the first settings of a company.",
)

UPDATE_AXEMA_CODE_LOCK_SETTING = Operation(
    UpdateAxemaCodeLockSetting,
    CodeLockAxemaSettingResponse,
    method="PUT",
    path="/codelock/axema/settings",
    roles=WRITERS,
    summary="Update the Axema settings of a company",
    notes="Changes the given members and keeps the others, secrets included.",
)

TEST_AXEMA_CODE_LOCK_SETTING = Operation(
    TestAxemaCodeLockSetting,
    TestAxemaCodeLockSettingResponse,
    method="POST",
    path="/codelock/axema/settings/test",
    roles=WRITERS,
    summary="Test the connection to a company's Axema system",
    notes="Tries the stored settings with the given members in place of the stored ones. Saves nothing.",
    is_ours=True,
)
