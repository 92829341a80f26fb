"""Moving the companies' secrets from one store to another: at no time are they lost."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bokabridge.errors import FatalError
from bokabridge.settings.both_stores import BothStores
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.fakes import InMemoryScheduler, InMemorySecrets, InMemorySettings
from bokabridge.settings.model import AxemaSecret, AxemaSettings, StoredSecret
from bokabridge.settings.ports import SecretStore
from bokabridge.settings.save import SettingsService
from tests.axema import settings_of
from tests.data import COMPANY_ID

FIRST, SECOND = AxemaSecret({"password": "first"}), AxemaSecret({"password": "second"})


class Deployment:
    """A company whose deployment changes the parameter SecretStore."""

    def __init__(self) -> None:
        self.manager, self.parameters = InMemorySecrets(), InMemorySecrets()
        self.both = BothStores(self.manager, self.parameters)
        self.settings = InMemorySettings()
        self.now = settings_of(COMPANY_ID).created_at

    def with_store(self, store: SecretStore) -> SettingsService:
        return SettingsService(self.settings, store, InMemoryScheduler(), self.clock, None, allows_private=True)

    def clock(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now

    @property
    def stored(self) -> AxemaSettings:
        found = self.settings.find(COMPANY_ID)
        assert found is not None
        return found


def change(secret: AxemaSecret) -> SettingsChange:
    members = {"api_endpoint": "vaka.example.com", "api_port": 443, "username": "bridge"}
    return SettingsChange(members=members, secret=secret)


@pytest.fixture
def deployment() -> Deployment:
    return Deployment()


def test_save_without_changes_moves_the_secrets(deployment: Deployment) -> None:
    deployment.with_store(deployment.manager).create(COMPANY_ID, change(FIRST))
    assert deployment.both.get(deployment.stored) == deployment.both.find(deployment.stored) == FIRST
    deployment.with_store(deployment.both).update(COMPANY_ID, SettingsChange())
    assert deployment.parameters.get(deployment.stored) == FIRST


def test_secrets_move_back_in_the_same_way(deployment: Deployment) -> None:
    deployment.with_store(deployment.parameters).create(COMPANY_ID, change(FIRST))
    deployment.with_store(deployment.both).update(COMPANY_ID, SettingsChange())
    assert deployment.manager.get(deployment.stored) == FIRST


def test_secrets_saved_during_the_move_are_in_either_store(deployment: Deployment) -> None:
    """So a rollback loses nothing, and neither does the old version of a function that still gets calls."""
    deployment.with_store(deployment.manager).create(COMPANY_ID, change(FIRST))
    deployment.with_store(deployment.both).update(COMPANY_ID, change(SECOND))
    assert deployment.manager.get(deployment.stored) == SECOND
    assert deployment.parameters.get(deployment.stored) == SECOND


def test_secrets_of_release_0_2_0_move_at_the_first_save(deployment: Deployment) -> None:
    deployment.with_store(deployment.manager).create(COMPANY_ID, change(FIRST))
    settings = replace(deployment.stored, secret_version=None)
    deployment.settings.replace(deployment.stored, settings)
    deployment.manager.stored[COMPANY_ID] = [StoredSecret(FIRST)]
    deployment.with_store(deployment.both).update(COMPANY_ID, SettingsChange())
    assert deployment.stored.secret_version is not None
    assert deployment.parameters.get(deployment.stored) == FIRST


def test_removed_secrets_are_in_neither_store(deployment: Deployment) -> None:
    service = deployment.with_store(deployment.both)
    service.create(COMPANY_ID, change(FIRST))
    settings = deployment.stored
    service.remove(COMPANY_ID)
    for store in (deployment.manager, deployment.parameters, deployment.both):
        assert store.find(settings) is None
        with pytest.raises(FatalError):
            store.get(settings)


def test_either_store_has_the_secrets_before_the_settings_name_them(deployment: Deployment) -> None:
    """So a process that dies right after the settings were stored leaves them in both."""
    settings = replace(settings_of(COMPANY_ID), secret_version="first")
    deployment.both.stage(None, settings, FIRST)
    assert deployment.manager.find(settings) == deployment.parameters.find(settings) == FIRST
