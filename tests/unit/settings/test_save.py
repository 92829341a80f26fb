"""Saving settings: which members are kept, which are refused, and what happens to the schedule."""

from dataclasses import replace

import pytest

from bokabridge.errors import Conflict, InvalidFields, NotConfigured, NotFound
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.fakes import InMemoryAxema
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import NO_SECRET, AxemaSecret, NameOrder
from bokabridge.settings.trial import Trial, try_connection
from tests.unit.settings.world import COMPANY, LOCAL, VAKA_ONLINE, World, fields


def test_members_of_one_kind_imply_that_kind() -> None:
    assert World().service.create(COMPANY, LOCAL).connection == LocalEndpoint("vaka.example.com", 443, "bridge")
    assert World().service.create(COMPANY, VAKA_ONLINE).connection == VakaOnline("device", "client")


def test_members_of_both_kinds_need_an_integration_type() -> None:
    both = SettingsChange(
        members={**VAKA_ONLINE.members, **LOCAL.members}, secret=VAKA_ONLINE.secret.updated(LOCAL.secret)
    )
    with pytest.raises(InvalidFields, match=r"must be 1 \(LocalApi\) or 2 \(CloudBasedApi\)") as refusal:
        World().service.create(COMPANY, both)
    assert fields(refusal) == ["IntegrationType"]
    chosen = World().service.create(COMPANY, replace(both, kind=LocalEndpoint))
    assert isinstance(chosen.connection, LocalEndpoint)


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (SettingsChange(), ["IntegrationType"]),
        (SettingsChange(kind=LocalEndpoint), ["ApiEndpoint", "ApiPort", "Username", "Password"]),
        (SettingsChange(kind=VakaOnline), ["DeviceId", "ClientId", "ClientSecret", "ApiKey"]),
        (replace(LOCAL, secret=NO_SECRET), ["Password"]),
        (replace(VAKA_ONLINE, secret=AxemaSecret({"client_secret": "secret"})), ["ApiKey"]),
    ],
)
def test_refusal_names_every_missing_member_and_saves_nothing(change: SettingsChange, missing: list[str]) -> None:
    world = World()
    with pytest.raises(InvalidFields) as refusal:
        world.service.create(COMPANY, change)
    assert fields(refusal) == missing
    with pytest.raises(NotFound):
        world.service.get(COMPANY)


def test_private_address_is_refused_unless_the_deployment_allows_private_networks() -> None:
    change = replace(LOCAL, members={**LOCAL.members, "api_endpoint": "10.0.0.7"})
    with pytest.raises(InvalidFields) as refusal:
        World().service.create(COMPANY, change)
    assert fields(refusal) == ["ApiEndpoint"]
    World(allows_private=True).service.create(COMPANY, change)


def test_create_needs_a_company_without_settings_and_update_one_with_settings() -> None:
    world = World()
    with pytest.raises(NotFound):
        world.service.update(COMPANY, LOCAL)
    world.service.create(COMPANY, LOCAL)
    with pytest.raises(Conflict):
        world.service.create(COMPANY, replace(LOCAL, secret=AxemaSecret({"password": "other"})))
    assert world.stored_secret() == LOCAL.secret


def test_update_changes_the_given_members_and_keeps_the_others() -> None:
    world = World()
    before = world.service.create(COMPANY, LOCAL)
    after = world.service.update(COMPANY, SettingsChange(members={"api_port": 8443}, name_order=NameOrder.FirstLast))
    assert after == replace(
        before,
        connection=LocalEndpoint("vaka.example.com", 8443, "bridge"),
        name_order=NameOrder.FirstLast,
        updated_at=after.updated_at,
        secret_version=after.secret_version,
    )
    assert after.updated_at > before.updated_at
    assert world.service.get(COMPANY) == after
    assert world.stored_secret() == LOCAL.secret


@pytest.mark.parametrize("port", [1, 22, 81, 442, 444, 1023])
def test_port_of_another_service_is_refused_unless_the_deployment_allows_private_networks(port: int) -> None:
    change = replace(LOCAL, members={**LOCAL.members, "api_port": port})
    for attempt in (World().service.create, World().service.proposal):
        with pytest.raises(InvalidFields, match="80, 443 or a port above 1023") as refusal:
            attempt(COMPANY, change)
        assert fields(refusal) == ["ApiPort"]
    World(allows_private=True).service.create(COMPANY, change)


@pytest.mark.parametrize("port", [80, 443, 1024, 65535])
def test_web_ports_and_high_ports_are_allowed(port: int) -> None:
    World().service.create(COMPANY, replace(LOCAL, members={**LOCAL.members, "api_port": port}))


def test_change_to_another_kind_needs_all_members_of_that_kind() -> None:
    world = World()
    world.service.create(COMPANY, LOCAL)
    with pytest.raises(InvalidFields) as refusal:
        world.service.update(COMPANY, SettingsChange(members={"device_id": "device"}))
    assert fields(refusal) == ["ClientId", "ClientSecret", "ApiKey"]
    assert isinstance(world.service.update(COMPANY, VAKA_ONLINE).connection, VakaOnline)


def test_secrets_that_a_former_kind_left_do_not_replace_missing_ones() -> None:
    world = World()
    world.service.create(COMPANY, LOCAL)
    world.service.update(COMPANY, VAKA_ONLINE)
    with pytest.raises(InvalidFields) as refusal:
        world.service.update(COMPANY, replace(LOCAL, secret=NO_SECRET))
    assert fields(refusal) == ["Password"]


def test_schedule_follows_the_settings() -> None:
    world = World()
    world.service.create(COMPANY, LOCAL)
    assert world.scheduler.schedules == {}
    world.service.update(COMPANY, SettingsChange(schedule="rate(1 day)"))
    assert world.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Stockholm")}
    world.service.update(COMPANY, SettingsChange(timezone="Europe/Helsinki"))
    assert world.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Helsinki")}
    world.service.update(COMPANY, SettingsChange(is_active=False))
    assert world.scheduler.schedules == {}
    world.service.update(COMPANY, SettingsChange(is_active=True))
    assert world.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Helsinki")}
    world.service.update(COMPANY, SettingsChange(schedule=""))
    assert world.scheduler.schedules == {}


def test_company_without_its_own_schedule_has_the_default_schedule() -> None:
    world = World("rate(1 day)")
    settings = world.service.create(COMPANY, LOCAL)
    assert (settings.schedule, world.service.schedule_of(settings)) == (None, "rate(1 day)")
    assert world.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Stockholm")}
    inactive = world.service.update(COMPANY, SettingsChange(is_active=False))
    assert world.service.schedule_of(inactive) is None


def test_proposal_puts_given_members_in_place_of_stored_ones_and_saves_nothing() -> None:
    world = World()
    with pytest.raises(NotConfigured):
        world.service.proposal(COMPANY, SettingsChange())
    settings, secret = world.service.proposal(COMPANY, LOCAL)
    assert (settings.connection, secret) == (LocalEndpoint("vaka.example.com", 443, "bridge"), LOCAL.secret)
    stored = world.service.create(COMPANY, LOCAL)
    settings, secret = world.service.proposal(COMPANY, SettingsChange(members={"api_port": 8443}))
    assert (settings.connection, secret) == (LocalEndpoint("vaka.example.com", 8443, "bridge"), LOCAL.secret)
    assert world.service.get(COMPANY) == stored


def test_trial_reports_success_or_the_message_of_the_error() -> None:
    settings, secret = World().service.proposal(COMPANY, LOCAL)
    axema = InMemoryAxema(secret)
    assert try_connection(settings, secret, checker=axema).success
    refused = try_connection(settings, NO_SECRET, checker=axema)
    assert (refused.success, "rejected the credentials" in refused.message) == (False, True)
    axema.is_away = True
    assert try_connection(settings, secret, checker=axema) == Trial(False, "Axema could not be reached.")


def test_secrets_do_not_show_in_a_repr() -> None:
    for holder in (LOCAL, LOCAL.secret):
        assert "word" not in repr(holder)
