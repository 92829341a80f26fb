"""The DTOs of the Axema settings (public-facts 1.2; BokaMera's own are not public, so the siblings' names are used)."""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from enum import Enum, IntEnum
from typing import TYPE_CHECKING, Annotated, Any, get_type_hints

from pydantic import BeforeValidator, Field, create_model

from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, Flag, WireDate, WireGuid, WireModel, enum_member
from bokabridge.operations.roles import READERS, WRITERS
from bokabridge.operations.settings_members import Days, Percent, Timezone, absent_if_blank, read_expression
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.kinds import KINDS, get_kind, member_types, secret_types
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.model import AxemaSecret, AxemaSettings, NameOrder, Safeguards
from bokabridge.settings.trial import Trial
from bokabridge.usersync.standing import PAUSED


def integration_types(kinds: Sequence[type[Connection]] = KINDS) -> type[Enum]:
    """The kinds' names and numbers."""
    members = [(kind.name, kind.number) for kind in kinds]
    return IntEnum("IntegrationType", members)  # type: ignore[return-value]  # mypy takes the new class for a member


def request_members(kinds: Sequence[type[Connection]] = KINDS) -> dict[str, Any]:
    """The members of all kinds as `create_model` takes them. All are optional: a request may keep stored members."""
    secrets = secret_types(kinds)
    return {
        name: (member_type | None, Field(default=None, repr=False))
        if name in secrets
        else (Annotated[member_type | None, BeforeValidator(absent_if_blank)], None)
        for name, member_type in member_types(kinds).items()
    }


def response_members(kinds: Sequence[type[Connection]] = KINDS) -> dict[str, Any]:
    """The members of all kinds that are not secret, as `create_model` takes them. Stored members are not checked."""
    return {
        name: (plain_type | None, None)
        for kind in kinds
        for name, plain_type in get_type_hints(kind).items()
        if name in kind.field_types()
    }


_SAFEGUARDS = tuple(field.name for field in fields(Safeguards))


class _RequestStart(CompanyRequest):
    """The members before those of the kinds."""

    integration_type: Annotated[int | None, enum_member(integration_types(), "InvalidIntegrationType")] = None


class _ResponseStart(WireModel):
    """The members before those of the kinds."""

    company_id: WireGuid
    integration_type: int


if TYPE_CHECKING:  # mypy knows no members that are computed
    _RequestMembers = _RequestStart
    _ResponseMembers = _ResponseStart
else:
    _RequestMembers = create_model("_RequestMembers", __base__=_RequestStart, **request_members())
    _ResponseMembers = create_model("_ResponseMembers", __base__=_ResponseStart, **response_members())


class AxemaSettingsRequest(_RequestMembers):
    """The members to save or to try. The kind of connection decides which of them are required."""

    active: Annotated[Flag | None, BeforeValidator(absent_if_blank)] = None
    name_order: Annotated[NameOrder | None, enum_member(NameOrder, "InvalidNameOrder")] = None
    schedule: Annotated[str | None, BeforeValidator(read_expression), Field(max_length=256)] = None
    schedule_timezone: Annotated[Timezone | None, BeforeValidator(absent_if_blank)] = None
    hold_changes_percent: Percent = None
    hold_missing_percent: Percent = None
    deactivate_after_days: Days = None

    def change(self) -> SettingsChange:
        """The change that the request asks for. An empty text counts as absent."""
        secrets = secret_types()
        given = {name: getattr(self, name) for name in member_types() if getattr(self, name) not in (None, "")}
        return SettingsChange(
            kind=None if self.integration_type is None else get_kind(self.integration_type),
            members={name: value for name, value in given.items() if name not in secrets},
            secret=AxemaSecret({name: value for name, value in given.items() if name in secrets}),
            name_order=self.name_order,
            is_active=self.active,
            schedule=self.schedule,
            timezone=self.schedule_timezone,
            safeguards={name: value for name in _SAFEGUARDS if (value := getattr(self, name)) is not None},
        )


class GetAxemaCodeLockSetting(CompanyRequest):
    """GET /codelock/axema/settings"""


class AddAxemaCodeLockSetting(AxemaSettingsRequest):
    """POST /codelock/axema/settings"""


class UpdateAxemaCodeLockSetting(AxemaSettingsRequest):
    """PUT /codelock/axema/settings: absent members keep their stored values"""


class TestAxemaCodeLockSetting(AxemaSettingsRequest):
    """POST /codelock/axema/settings/test (our addition): the members replace stored ones for this trial only"""


class DeleteAxemaCodeLockSetting(CompanyRequest):
    """DELETE /codelock/axema/settings (our addition)"""


class DeleteAxemaCodeLockSettingResponse(WireModel):
    """An empty object. ServiceStack's clients ignore the body of a response that they expect to be void."""


class CodeLockAxemaSettingResponse(_ResponseMembers):
    """The settings without their secrets. `Schedule` is the expression in force; it is absent if only requests sync.

    `NextRun` is when the schedule next starts a sync, if it does. `SchedulePaused` says why it is paused, if it is.
    """

    active: bool
    name_order: str
    schedule: str | None
    schedule_timezone: str
    hold_changes_percent: int
    hold_missing_percent: int
    deactivate_after_days: int
    next_run: WireDate | None
    schedule_paused: str | None
    created: WireDate
    updated: WireDate


class TestAxemaCodeLockSettingResponse(WireModel):
    """Whether the connection to Axema works, and what is wrong if it does not."""

    success: bool
    message: str


def settings_response(
    settings: AxemaSettings, schedule: str | None, next_run: datetime | None
) -> CodeLockAxemaSettingResponse:
    """The DTO of settings; `schedule` is the expression in force, and `next_run` its next time."""
    return CodeLockAxemaSettingResponse(
        company_id=settings.company_id,
        integration_type=settings.connection.number,
        **settings.connection.members(),
        active=settings.is_active,
        name_order=settings.name_order.value,
        schedule=schedule,
        schedule_timezone=settings.timezone,
        **asdict(settings.safeguards),
        next_run=next_run,
        schedule_paused=PAUSED if schedule and settings.paused_at else None,
        created=settings.created_at,
        updated=settings.updated_at,
    )


def trial_response(trial: Trial) -> TestAxemaCodeLockSettingResponse:
    """The DTO of a trial."""
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
    notes="Tries the stored settings, or given members in their place. Saves nothing. May resume a paused schedule.",
    is_ours=True,
)

DELETE_AXEMA_CODE_LOCK_SETTING = Operation(
    DeleteAxemaCodeLockSetting,
    DeleteAxemaCodeLockSettingResponse,
    method="DELETE",
    path="/codelock/axema/settings",
    roles=WRITERS,
    summary="Delete the Axema settings of a company",
    notes="Deletes the settings, their secrets and the schedule. Customers and jobs stay. Not possible during a sync.",
    is_ours=True,
)
