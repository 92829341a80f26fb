"""Saves and trials that fail, die or overlap at each call of a port.

Every test tries each call in turn. What is stored afterwards must be one whole connection: no password is ever with a
host that it was not given for.
"""

from dataclasses import replace
from typing import Any

import pytest

from bokabridge.errors import Conflict, InvalidInput, Unavailable
from bokabridge.settings.change import SettingsChange
from bokabridge.settings.fakes import InMemoryScheduler
from tests.interrupted import Crash, raising_at
from tests.unit.settings.interrupted_world import (
    ANOTHER_PORT,
    CHANGES,
    COMPANY,
    FAULT,
    LOST,
    MAX_CALLS,
    NEW,
    OTHER,
    World,
    assert_pair,
    is_changed,
    outcome_of,
)


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("error", [LOST, FAULT], ids=["away", "fault"])
@pytest.mark.parametrize("is_carried_out", [False, True], ids=["request lost", "response lost"])
def test_save_that_fails_at_any_call_is_all_or_nothing(
    change: SettingsChange, error: Exception, is_carried_out: bool
) -> None:
    for number in range(1, MAX_CALLS):
        world = World()
        before = world.stored()
        failing = raising_at(number, error)
        if is_carried_out:
            world.calls.after = failing
        else:
            world.calls.before = failing
        refusal = outcome_of(lambda world=world: world.interrupted.update(COMPANY, change))  # type: ignore[misc]
        world.assert_connection_is_whole()
        if refusal is None:
            assert is_changed(before, world.stored())
        elif is_changed(before, world.stored()):
            # Only an error after the decisive write that is no outage of the database: the response is a 500 then.
            assert (error, is_carried_out) == (FAULT, True)
        else:
            world.assert_schedule_is_that_of_the_settings()
        if world.calls.count < number:
            break
        world.whole.update(COMPANY, change)
        world.assert_connection_is_whole()
        world.assert_schedule_is_that_of_the_settings()
    else:
        pytest.fail("The sweep did not reach the end of the save.")


@pytest.mark.parametrize("change", CHANGES)
def test_save_that_dies_at_any_call_leaves_one_whole_connection_and_the_next_save_repairs_the_rest(
    change: SettingsChange,
) -> None:
    for number in range(1, MAX_CALLS):
        for is_carried_out in (False, True):
            world = World()
            dying = raising_at(number, Crash(), forever=True)
            if is_carried_out:
                world.calls.after = dying
            else:
                world.calls.before = dying
            refusal = outcome_of(lambda world=world: world.interrupted.update(COMPANY, change))  # type: ignore[misc]
            world.assert_connection_is_whole()
            world.whole.update(COMPANY, SettingsChange())
            world.assert_connection_is_whole()
            world.assert_schedule_is_that_of_the_settings()
        if refusal is None:
            return
    pytest.fail("The sweep did not reach the end of the save.")


@pytest.mark.parametrize("change", CHANGES)
def test_two_saves_that_overlap_anywhere_do_not_mix(change: SettingsChange) -> None:
    for number in range(1, MAX_CALLS):
        world = World()
        beside: list[BaseException | None] = []

        def save_another(at: int, world: World = world, number: int = number, beside: list[Any] = beside) -> None:
            if at == number:
                beside.append(outcome_of(lambda: world.whole.update(COMPANY, OTHER)))

        world.calls.before = save_another
        refusal = outcome_of(lambda world=world: world.interrupted.update(COMPANY, change))  # type: ignore[misc]
        assert refusal is None or isinstance(refusal, Conflict)
        assert beside in ([], [None])
        world.assert_connection_is_whole()
        world.assert_schedule_is_that_of_the_settings()
        if not beside:
            return
    pytest.fail("The sweep did not reach the end of the save.")


def test_trial_during_a_save_never_has_the_secret_of_another_connection() -> None:
    for proposed in (SettingsChange(), ANOTHER_PORT):
        for number in range(1, MAX_CALLS):
            world = World()

            def save(at: int, world: World = world, number: int = number) -> None:
                if at == number:
                    world.whole.update(COMPANY, NEW)

            world.calls.before = save
            assert_pair(*world.interrupted.proposal(COMPANY, proposed))
            if world.calls.count < number:
                break
        else:
            pytest.fail("The sweep did not reach the end of the trial.")


def test_schedule_that_is_refused_saves_nothing() -> None:
    world = World()
    before = world.stored()
    refusal = InvalidInput("EventBridge Scheduler does not accept it.", "Schedule")

    class Refusing(InMemoryScheduler):
        def put(self, company_id: str, expression: str, timezone: str) -> None:
            raise refusal

    service = replace(world.whole, scheduler=Refusing())
    with pytest.raises(InvalidInput):
        service.update(COMPANY, NEW)
    assert world.stored() == before
    world.assert_connection_is_whole()
    world.assert_schedule_is_that_of_the_settings()


def test_save_whose_outcome_is_not_known_says_so() -> None:
    world = World()
    world.calls.before = raising_at(4, LOST, forever=True)  # find, stage, schedule; then the decisive write
    with pytest.raises(Unavailable, match="not known whether the Axema settings were saved"):
        world.interrupted.update(COMPANY, NEW)


def test_failure_after_the_decisive_write_is_reported_to_the_operator_only() -> None:
    world = World()
    reports: list[str] = []
    service = replace(world.interrupted, report=lambda what, _: reports.append(what))
    world.calls.before = raising_at(5, LOST, forever=True)
    service.update(COMPANY, NEW)
    assert reports == ["The secrets were not made the current ones.", "The schedule was not aligned."]
    world.assert_connection_is_whole()
