"""The pause of a company's schedule, as its settings show and end it."""

from dataclasses import replace

import pytest

from bokabridge.operations.settings import settings_response
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.usersync.standing import PAUSED
from tests.unit.settings.world import COMPANY, LOCAL, World

OTHER_PASSWORD = SettingsChange(secret=AxemaSecret({"password": "another"}))
SAME_PASSWORD = SettingsChange(secret=LOCAL.secret)
OTHER_USER = SettingsChange(members={"username": "another"})
NOTHING = SettingsChange()


def paused_world(schedule: str | None = "rate(1 day)") -> World:
    world = World(schedule)
    world.service.create(COMPANY, LOCAL)
    world.settings.note_rejections(COMPANY, 3, world.now)
    return world


def stored(world: World) -> AxemaSettings:
    return world.service.get(COMPANY)


def after_trial(world: World, change: SettingsChange) -> AxemaSettings:
    """The stored settings after a successful trial with this change."""
    world.service.resume(*world.service.proposal(COMPANY, change))
    return stored(world)


@pytest.mark.parametrize("change", [NOTHING, SAME_PASSWORD, SettingsChange(members=LOCAL.members)])
def test_successful_test_of_the_stored_settings_resumes_the_schedule(change: SettingsChange) -> None:
    after = after_trial(paused_world(), change)
    assert (after.paused_at, after.rejections) == (None, 0)


@pytest.mark.parametrize("change", [OTHER_PASSWORD, OTHER_USER])
def test_test_of_other_members_than_the_stored_ones_resumes_nothing(change: SettingsChange) -> None:
    assert after_trial(paused_world(), change).paused_at is not None


@pytest.mark.parametrize("change", [NOTHING, OTHER_PASSWORD, SettingsChange(schedule="rate(2 days)")])
def test_save_resumes_the_schedule(change: SettingsChange) -> None:
    world = paused_world()
    world.service.update(COMPANY, change)
    assert (stored(world).paused_at, stored(world).rejections) == (None, 0)


def test_paused_schedule_stays_in_the_scheduler_so_that_the_company_counts_as_overdue() -> None:
    assert COMPANY in paused_world().scheduler.schedules


def test_paused_settings_say_why_and_have_no_next_run() -> None:
    world = paused_world()
    settings = stored(world)
    response = settings_response(settings, world.service.schedule_of(settings), world.service.next_run(settings))
    assert (response.schedule_paused, response.next_run) == (PAUSED, None)


@pytest.mark.parametrize("schedule", ["rate(1 day)", None])
def test_settings_that_are_not_paused_or_have_no_schedule_say_nothing(schedule: str | None) -> None:
    world = paused_world(schedule)
    settings = stored(world) if schedule is None else replace(stored(world), paused_at=None)
    response = settings_response(settings, world.service.schedule_of(settings), world.service.next_run(settings))
    assert response.schedule_paused is None
    assert "SchedulePaused" not in response.to_json()
