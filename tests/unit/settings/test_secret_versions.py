"""Which secrets a save keeps, and as which version it stores them."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.errors import InvalidFields
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.model import AxemaSecret, AxemaSettings, StoredSecret
from tests.unit.settings.world import COMPANY, LOCAL, NOON, VAKA_ONLINE, World, fields


@pytest.fixture
def local() -> AxemaSettings:
    """Settings as release 0.2.0 stored them."""
    return AxemaSettings(COMPANY, LocalEndpoint("vaka.example.com", 443, "bridge"), NOON, NOON)


def test_update_can_change_one_of_two_secrets() -> None:
    world = World()
    world.service.create(COMPANY, VAKA_ONLINE)
    world.service.update(COMPANY, SettingsChange(secret=AxemaSecret({"api_key": "newer"})))
    assert world.stored_secret() == AxemaSecret({"client_secret": "secret", "api_key": "newer"})


def test_stored_password_is_not_used_for_another_host() -> None:
    world = World()
    world.service.create(COMPANY, LOCAL)
    elsewhere = SettingsChange(members={"api_endpoint": "evil.example.com"})
    for attempt in (world.service.update, world.service.proposal):
        with pytest.raises(InvalidFields) as refusal:
            attempt(COMPANY, elsewhere)
        assert fields(refusal) == ["Password"]
    world.service.update(COMPANY, replace(elsewhere, secret=LOCAL.secret))


def test_stored_password_follows_to_another_port_as_a_new_version() -> None:
    world = World()
    before = world.service.create(COMPANY, LOCAL)
    after = world.service.update(COMPANY, SettingsChange(members={"api_port": 8443}))
    assert world.stored_secret() == LOCAL.secret
    assert None is not after.secret_version != before.secret_version


def test_save_that_changes_neither_connection_nor_secrets_keeps_their_version() -> None:
    world = World()
    before = world.service.create(COMPANY, LOCAL)
    after = world.service.update(COMPANY, SettingsChange(is_active=False))
    assert after.secret_version == before.secret_version
    world.secrets.remove(COMPANY)
    world.service.update(COMPANY, SettingsChange(is_active=True))


def test_change_that_keeps_a_secret_that_is_gone_names_it() -> None:
    world = World()
    world.service.create(COMPANY, VAKA_ONLINE)
    world.secrets.remove(COMPANY)
    one_of_two = SettingsChange(secret=AxemaSecret({"api_key": "newer"}))
    for attempt in (world.service.update, world.service.proposal):
        with pytest.raises(InvalidFields) as refusal:
            attempt(COMPANY, one_of_two)
        assert fields(refusal) == ["ClientSecret"]
    world.service.update(COMPANY, VAKA_ONLINE)
    assert world.stored_secret() == VAKA_ONLINE.secret


def test_first_save_binds_a_secret_of_release_0_2_0(local: AxemaSettings) -> None:
    world = World()
    world.settings.add(local)
    world.secrets.stored[COMPANY] = [StoredSecret(LOCAL.secret)]
    assert world.service.proposal(COMPANY, SettingsChange())[1] == LOCAL.secret
    after = world.service.update(COMPANY, SettingsChange(is_active=False))
    assert after.secret_version is not None
    assert world.stored_secret() == LOCAL.secret


def test_settings_of_release_0_2_0_without_a_secret_can_be_switched_off(local: AxemaSettings) -> None:
    world = World()
    world.settings.add(local)
    after = world.service.update(COMPANY, SettingsChange(is_active=False))
    assert (after.is_active, after.secret_version) == (False, None)


def test_each_save_has_a_later_date_even_if_the_clock_goes_back() -> None:
    world = World()
    before = world.service.create(COMPANY, LOCAL)
    world.now = NOON - timedelta(days=1)
    assert world.service.update(COMPANY, SettingsChange()).updated_at > before.updated_at


def test_save_makes_the_version_in_use_the_current_one_if_the_save_before_did_not() -> None:
    world = World()
    settings = world.service.create(COMPANY, LOCAL)
    world.secrets.stored[COMPANY].append(StoredSecret(AxemaSecret({"password": "put there by hand"})))
    world.service.update(COMPANY, SettingsChange(is_active=False))
    assert world.secrets.stored[COMPANY][-1].version == settings.secret_version
