"""A worker whose company's settings change."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.errors import FatalError
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSettings, NameOrder
from bokabridge.usersync.halt import DEACTIVATED, SYSTEM_CHANGED
from tests.data import COMPANY_ID
from tests.unit.usersync.world import World, people

Change = Callable[[AxemaSettings], AxemaSettings]


def another_device(settings: AxemaSettings) -> AxemaSettings:
    return replace(settings, connection=VakaOnline("another-device", "client"))


def another_kind(settings: AxemaSettings) -> AxemaSettings:
    return replace(settings, connection=LocalEndpoint("vaka.example.se", 443, "user"))


def inactive(settings: AxemaSettings) -> AxemaSettings:
    return replace(settings, is_active=False)


STOPPING = [(another_device, SYSTEM_CHANGED), (another_kind, SYSTEM_CHANGED), (inactive, DEACTIVATED)]


def change(world: World, change: Change) -> None:
    before = world.settings.find(COMPANY_ID)
    assert before is not None
    world.settings.replace(before, replace(change(before), updated_at=before.updated_at + timedelta(seconds=1)))


@pytest.mark.parametrize(("changed", "reason"), STOPPING)
def test_settings_changed_between_two_workers_end_the_run(changed: Change, reason: str) -> None:
    world = World(people(250))
    job = world.start()
    world.run(job, lambda: True)
    change(world, changed)
    with pytest.raises(FatalError, match=reason):
        world.run(job)
    assert world.source.fetched == [1]


@pytest.mark.parametrize(("changed", "reason"), STOPPING)
def test_settings_changed_while_a_worker_runs_end_the_run_at_its_next_commit(changed: Change, reason: str) -> None:
    world = World(people(250))
    job = world.start()
    world.source.before_page = lambda page_number: change(world, changed) if page_number == 2 else None
    with pytest.raises(FatalError, match=reason):
        world.run(job)
    assert world.counters(job).found == 100


def test_settings_made_inactive_before_the_first_worker_end_the_run() -> None:
    world = World(people(5))
    job = world.start()
    change(world, inactive)
    with pytest.raises(FatalError, match=DEACTIVATED):
        world.run(job)
    assert world.source.fetched == []


def test_changed_schedule_password_and_name_order_do_not_stop_a_sync() -> None:
    world = World(people(250))
    job = world.start()

    def changed(settings: AxemaSettings) -> AxemaSettings:
        return replace(settings, schedule="rate(1 day)", secret_version="2", name_order=NameOrder.FirstLast)

    world.source.before_page = lambda page_number: change(world, changed) if page_number == 2 else None
    assert world.run(job, lambda: True) is False
    assert world.run(job)
    assert world.counters(job).found == 250


def test_drained_job_is_done_whatever_its_settings_are_now() -> None:
    world = World(people(5))
    job = world.start()
    assert world.run(job)
    change(world, inactive)
    assert world.run(job)
