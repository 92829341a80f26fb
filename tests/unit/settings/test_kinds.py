"""A new kind of connection works everywhere after it is declared, without code of its own elsewhere."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError, create_model

from bokabridge.errors import InvalidFields
from bokabridge.http.wire import CompanyRequest, WireModel
from bokabridge.operations.settings import (
    AddAxemaCodeLockSetting,
    CodeLockAxemaSettingResponse,
    integration_types,
    request_members,
    response_members,
)
from bokabridge.settings.change import SettingsChange, changed_settings
from bokabridge.settings.kinds import KINDS, get_kind, member_types, secret_types
from bokabridge.settings.kinds.connection import Connection, wire_name
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import NO_SECRET, AxemaSecret, AxemaSettings
from bokabridge.wiring.axema import sources
from tests.unit.settings.invented import ALL, Invented

COMPANY = "11111111-1111-4111-8111-111111111111"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
GIVEN = SettingsChange(members={"device_id": "device", "floor": 2}, secret=AxemaSecret({"pin_code": "1234"}))


def changed(before: AxemaSettings | None, change: SettingsChange) -> AxemaSettings:
    return changed_settings(COMPANY, before, change, NOON, allows_private=False, kinds=ALL)


def refused_fields(before: AxemaSettings | None, change: SettingsChange) -> list[str | None]:
    with pytest.raises(InvalidFields) as refusal:
        changed(before, change)
    return [problem.field for problem in refusal.value.problems]


def test_members_imply_a_new_kind() -> None:
    settings = changed(None, GIVEN)
    assert settings.connection == Invented("device", 2)
    assert changed(settings, SettingsChange(members={"floor": 3})).connection == Invented("device", 3)


def test_shared_member_implies_the_stored_kind() -> None:
    assert refused_fields(None, SettingsChange(members={"device_id": "other"})) == ["IntegrationType"]
    for before in (Invented("device", 2), VakaOnline("device", "client")):
        stored = AxemaSettings(COMPANY, before, NOON, NOON)
        after = changed(stored, SettingsChange(members={"device_id": "other"})).connection
        assert (type(after), after.members()["device_id"]) == (type(before), "other")


def test_missing_members_and_broken_rules_of_a_new_kind_are_named() -> None:
    assert refused_fields(None, SettingsChange(kind=Invented)) == ["DeviceId", "Floor", "PinCode"]
    assert refused_fields(changed(None, GIVEN), SettingsChange(members={"floor": 13})) == ["Floor"]
    assert refused_fields(
        AxemaSettings(COMPANY, VakaOnline("device", "client"), NOON, NOON),
        SettingsChange(kind=Invented, members={"floor": 2}),
    ) == ["DeviceId", "PinCode"]


def test_ambiguous_request_is_refused_with_the_numbers_and_names_of_all_kinds() -> None:
    with pytest.raises(InvalidFields, match=r"must be 1 \(LocalApi\) or 2 \(CloudBasedApi\) .*or 99 \(TestApi\):"):
        changed(None, SettingsChange(secret=NO_SECRET))
    assert [(kind.value, kind.name) for kind in integration_types(ALL)] == [(kind.number, kind.name) for kind in ALL]


def test_requests_and_responses_have_the_members_of_a_new_kind() -> None:
    request: Any = create_model("Request", __base__=CompanyRequest, **request_members(ALL))
    given: Any = request.model_validate({"DeviceId": " device ", "Floor": "2", "PinCode": " 12 ", "ApiKey": ""})
    assert (given.device_id, given.floor, given.pin_code) == ("device", 2, " 12 ")
    assert "12" not in repr(given)
    with pytest.raises(ValidationError):
        request.model_validate({"Floor": 0})
    response: Any = create_model("Response", __base__=WireModel, **response_members(ALL))
    assert json.loads(response(**Invented("device", 2).members()).to_json()) == {"DeviceId": "device", "Floor": 2}
    assert "pin_code" not in response.model_fields


def test_dtos_have_all_members_in_the_order_of_the_kinds() -> None:
    fields = [name for kind in KINDS for name in kind.field_types()]
    schedule = ["active", "name_order", "schedule", "schedule_timezone"]
    schedule += ["hold_changes_percent", "hold_missing_percent", "deactivate_after_days"]
    common = ["company_id", "integration_type"]
    assert list(AddAxemaCodeLockSetting.model_fields) == [*common, *member_types(), *schedule]
    shown = [*common, *fields, *schedule, "next_run", "schedule_paused", "created", "updated"]
    assert list(CodeLockAxemaSettingResponse.model_fields) == shown


@pytest.mark.parametrize("member", ["ApiEndpoint", "ApiPort", "Username", "DeviceId", "ApiKey", "ScheduleTimezone"])
@pytest.mark.parametrize("blank", ["", "  "])
def test_blank_member_counts_as_absent(member: str, blank: str) -> None:
    change = AddAxemaCodeLockSetting.model_validate({member: blank}).change()
    assert (change.connection_members, change.timezone) == (set(), None)


def test_kinds_have_their_own_numbers_and_names() -> None:
    assert len({kind.number for kind in KINDS}) == len({kind.name for kind in KINDS}) == len(KINDS)
    with pytest.raises(LookupError):
        get_kind(0)


def test_shared_members_have_one_type_and_are_secret_in_all_kinds_or_in_none() -> None:
    everything, secrets = member_types(), secret_types()
    for kind in KINDS:
        for name, member_type in kind.member_types().items():
            assert everything[name] == member_type
            assert (name in kind.secrets) == (name in secrets)


def test_members_have_the_names_of_the_contract_on_the_wire() -> None:
    assert [wire_name(name) for name in LocalEndpoint.member_types()] == [
        "ApiEndpoint",
        "ApiPort",
        "Username",
        "Password",
    ]
    assert [wire_name(name) for name in VakaOnline.member_types()] == ["DeviceId", "ClientId", "ClientSecret", "ApiKey"]


def test_wiring_has_a_source_for_each_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AXEMA_API_URL", "AXEMA_TOKEN_URL", "AXEMA_SCOPE", "ALLOW_PRIVATE_ENDPOINTS"):
        monkeypatch.setenv(name, "https://axema.example.com")
    assert sources().keys() == set(KINDS)


@pytest.mark.parametrize(
    ("connection", "system"),
    [
        (LocalEndpoint("Vaka.Example.SE", 8443, "user"), "local:vaka.example.se:8443"),
        (LocalEndpoint("vaka.example.se", 8443, "another user"), "local:vaka.example.se:8443"),
        (VakaOnline("device-1", "client"), "vaka:device-1"),
        (VakaOnline("device-1", "another client"), "vaka:device-1"),
    ],
)
def test_system_of_a_connection_depends_on_where_it_leads_and_not_on_who_signs_in(
    connection: Connection, system: str
) -> None:
    assert connection.system == system
