"""Saving settings: what is kept, what is refused, and what becomes of the schedule."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.errors import Conflict, InvalidFields, NotConfigured, NotFound
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.fakes import InMemoryScheduler, InMemorySecrets, InMemorySettings
from bokabridge.settings.model import (
    NO_SECRET,
    AxemaSecret,
    IntegrationType,
    LocalConnection,
    NameOrder,
    VakaOnlineConnection,
)
from bokabridge.settings.save import SettingsDesk

COMPANY = "11111111-1111-4111-8111-111111111111"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)

LOCAL = SettingsChange(host="vaka.example.com", port=443, username="bridge", secret=AxemaSecret(password="word"))
VAKA_ONLINE = SettingsChange(
    device_id="device", client_id="client", secret=AxemaSecret(client_secret="secret", api_key="key")
)


class Office:
    """A desk on stores in memory, and a clock that moves a minute every time it is looked at."""

    def __init__(self, default_schedule: str | None = None, *, allows_private: bool = False) -> None:
        self.now = NOON
        self.secrets = InMemorySecrets()
        self.scheduler = InMemoryScheduler()
        self.desk = SettingsDesk(
            InMemorySettings(), self.secrets, self.scheduler, self.clock, default_schedule, allows_private
        )

    def clock(self) -> datetime:
        self.now += timedelta(minutes=1)
        return self.now


def fields(refusal: pytest.ExceptionInfo[InvalidFields]) -> list[str | None]:
    return [problem.field for problem in refusal.value.problems]


def test_the_members_say_which_system_is_meant() -> None:
    assert Office().desk.create(COMPANY, LOCAL).connection == LocalConnection("vaka.example.com", 443, "bridge")
    assert Office().desk.create(COMPANY, VAKA_ONLINE).connection == VakaOnlineConnection("device", "client")


def test_the_integration_type_decides_between_members_of_both() -> None:
    both = replace(
        VAKA_ONLINE,
        host="vaka.example.com",
        port=443,
        username="bridge",
        secret=AxemaSecret("word", "secret", "key"),
    )
    with pytest.raises(InvalidFields) as refusal:
        Office().desk.create(COMPANY, both)
    assert fields(refusal) == ["IntegrationType"]
    chosen = Office().desk.create(COMPANY, replace(both, integration=IntegrationType.LocalApi))
    assert chosen.integration is IntegrationType.LocalApi


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (SettingsChange(), ["IntegrationType"]),
        (SettingsChange(integration=IntegrationType.LocalApi), ["ApiEndpoint", "ApiPort", "Username", "Password"]),
        (
            SettingsChange(integration=IntegrationType.CloudBasedApi),
            ["DeviceId", "ClientId", "ClientSecret", "ApiKey"],
        ),
        (replace(LOCAL, secret=NO_SECRET), ["Password"]),
        (replace(VAKA_ONLINE, secret=AxemaSecret(client_secret="secret")), ["ApiKey"]),
    ],
)
def test_everything_that_is_missing_is_named(change: SettingsChange, missing: list[str]) -> None:
    office = Office()
    with pytest.raises(InvalidFields) as refusal:
        office.desk.create(COMPANY, change)
    assert fields(refusal) == missing
    with pytest.raises(NotFound):
        office.desk.read(COMPANY)


def test_an_address_of_a_private_network_is_refused_unless_the_deployment_allows_it() -> None:
    change = replace(LOCAL, host="10.0.0.7")
    with pytest.raises(InvalidFields) as refusal:
        Office().desk.create(COMPANY, change)
    assert fields(refusal) == ["ApiEndpoint"]
    Office(allows_private=True).desk.create(COMPANY, change)


def test_settings_are_made_once_and_changed_only_when_they_are_there() -> None:
    office = Office()
    with pytest.raises(NotFound):
        office.desk.update(COMPANY, LOCAL)
    office.desk.create(COMPANY, LOCAL)
    with pytest.raises(Conflict):
        office.desk.create(COMPANY, replace(LOCAL, secret=AxemaSecret(password="other")))
    assert office.secrets.find(COMPANY) == AxemaSecret(password="word")


def test_an_update_changes_what_was_given_and_keeps_the_rest() -> None:
    office = Office()
    before = office.desk.create(COMPANY, LOCAL)
    after = office.desk.update(COMPANY, SettingsChange(port=8443, name_order=NameOrder.FirstLast))
    assert after == replace(
        before,
        connection=LocalConnection("vaka.example.com", 8443, "bridge"),
        name_order=NameOrder.FirstLast,
        updated_at=after.updated_at,
    )
    assert after.updated_at > before.updated_at
    assert office.desk.read(COMPANY) == after
    assert office.secrets.find(COMPANY) == AxemaSecret(password="word")


def test_one_secret_of_two_can_be_changed() -> None:
    office = Office()
    office.desk.create(COMPANY, VAKA_ONLINE)
    office.desk.update(COMPANY, SettingsChange(secret=AxemaSecret(api_key="newer")))
    assert office.secrets.find(COMPANY) == AxemaSecret(client_secret="secret", api_key="newer")


def test_a_stored_password_is_not_sent_to_a_host_that_is_named_later() -> None:
    office = Office()
    office.desk.create(COMPANY, LOCAL)
    elsewhere = SettingsChange(host="evil.example.com")
    for attempt in (office.desk.update, office.desk.proposal):
        with pytest.raises(InvalidFields) as refusal:
            attempt(COMPANY, elsewhere)
        assert fields(refusal) == ["Password"]
    office.desk.update(COMPANY, replace(elsewhere, secret=AxemaSecret(password="word")))


def test_another_kind_of_system_needs_all_its_members() -> None:
    office = Office()
    office.desk.create(COMPANY, LOCAL)
    with pytest.raises(InvalidFields) as refusal:
        office.desk.update(COMPANY, SettingsChange(device_id="device"))
    assert fields(refusal) == ["ClientId", "ClientSecret", "ApiKey"]
    assert office.desk.update(COMPANY, VAKA_ONLINE).integration is IntegrationType.CloudBasedApi


def test_a_schedule_is_made_changed_and_removed_with_the_settings() -> None:
    office = Office()
    office.desk.create(COMPANY, LOCAL)
    assert office.scheduler.schedules == {}
    office.desk.update(COMPANY, SettingsChange(schedule="rate(1 day)"))
    assert office.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Stockholm")}
    office.desk.update(COMPANY, SettingsChange(timezone="Europe/Helsinki"))
    assert office.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Helsinki")}
    office.desk.update(COMPANY, SettingsChange(is_active=False))
    assert office.scheduler.schedules == {}
    office.desk.update(COMPANY, SettingsChange(is_active=True))
    assert office.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Helsinki")}
    office.desk.update(COMPANY, SettingsChange(schedule=""))
    assert office.scheduler.schedules == {}


def test_a_company_that_names_no_schedule_has_the_default_one() -> None:
    office = Office("rate(1 day)")
    settings = office.desk.create(COMPANY, LOCAL)
    assert (settings.schedule, office.desk.schedule_of(settings)) == (None, "rate(1 day)")
    assert office.scheduler.schedules == {COMPANY: ("rate(1 day)", "Europe/Stockholm")}
    inactive = office.desk.update(COMPANY, SettingsChange(is_active=False))
    assert office.desk.schedule_of(inactive) is None


def test_a_trial_is_of_the_given_members_on_the_stored_ones_and_saves_nothing() -> None:
    office = Office()
    with pytest.raises(NotConfigured):
        office.desk.proposal(COMPANY, SettingsChange())
    settings, secret = office.desk.proposal(COMPANY, LOCAL)
    assert (settings.connection, secret.password) == (LocalConnection("vaka.example.com", 443, "bridge"), "word")
    stored = office.desk.create(COMPANY, LOCAL)
    settings, secret = office.desk.proposal(COMPANY, SettingsChange(port=8443))
    assert (settings.connection, secret.password) == (LocalConnection("vaka.example.com", 8443, "bridge"), "word")
    assert office.desk.read(COMPANY) == stored
