"""When a company's settings next start a sync."""

from datetime import UTC, datetime, timedelta

from bokabridge.operations.settings import settings_response
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.model import AxemaSettings
from tests.unit.settings.world import COMPANY, LOCAL, World


def saved(world: World, **members: str | bool) -> AxemaSettings:
    if world.settings.find(COMPANY) is None:
        world.service.create(COMPANY, LOCAL)
    return world.service.update(COMPANY, SettingsChange(**members))  # type: ignore[arg-type]  # each has its type


def test_next_run_is_in_the_companys_time_zone() -> None:
    world = World()
    settings = saved(world, schedule="cron(30 3 * * ? *)", timezone="Europe/Helsinki")
    assert world.service.next_run(settings) == datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    world.now = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    assert world.service.next_run(settings) == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def test_rate_and_the_default_schedule_count_from_the_last_save() -> None:
    world = World("rate(2 hours)")
    settings = saved(world)
    world.now += timedelta(hours=5)
    assert world.service.next_run(settings) == settings.updated_at + timedelta(hours=6)


def test_no_sync_is_next_without_a_schedule_of_active_settings() -> None:
    nothing, default = World(), World("rate(1 day)")
    assert nothing.service.next_run(saved(nothing)) is None
    assert nothing.service.next_run(saved(nothing, is_active=False, schedule="rate(1 day)")) is None
    assert default.service.next_run(saved(default, is_active=False)) is None


def test_schedule_whose_years_are_over_has_no_next_run() -> None:
    world = World()
    assert world.service.next_run(saved(world, schedule="cron(0 3 1 1 ? 2020)")) is None


def test_response_has_the_next_run_only_if_there_is_one() -> None:
    settings = saved(World(), schedule="rate(1 day)")
    at = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)
    assert '"NextRun":"2026-11-22T01:30:00Z"' in settings_response(settings, "rate(1 day)", at).to_json()
    assert "NextRun" not in settings_response(settings, None, None).to_json()
