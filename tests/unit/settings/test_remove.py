"""Deleting settings: what goes, what a failure or a crash at each call leaves, and what is refused meanwhile."""

from datetime import timedelta
from typing import Any

import pytest

from bokabridge.errors import Conflict, NotFound
from tests.interrupted import Crash, raising_at
from tests.unit.settings.interrupted_world import COMPANY, LOST, MAX_CALLS, NEW, World, assert_pair, outcome_of


def test_removal_leaves_nothing() -> None:
    world = World()
    world.whole.remove(COMPANY)
    assert (world.settings.find(COMPANY), world.secrets.stored, world.schedule()) == (None, {}, None)
    with pytest.raises(NotFound):
        world.whole.remove(COMPANY)


@pytest.mark.parametrize("is_crash", [False, True])
@pytest.mark.parametrize("is_carried_out", [False, True], ids=["request lost", "response lost"])
def test_removal_that_fails_at_any_call_starts_no_sync_and_can_be_repeated(
    is_crash: bool, is_carried_out: bool
) -> None:
    for number in range(1, MAX_CALLS):
        world = World()
        failing = raising_at(number, Crash() if is_crash else LOST, forever=is_crash)
        if is_carried_out:
            world.calls.after = failing
        else:
            world.calls.before = failing
        refusal = outcome_of(lambda world=world: world.interrupted.remove(COMPANY))  # type: ignore[misc]
        if refusal is None:
            return
        stored = world.settings.find(COMPANY)
        if stored is None:
            continue
        if stored.removal_started_at is None:
            assert_pair(stored, world.secrets.get(stored))
        else:
            assert not stored.is_active
            for change in (world.whole.create, world.whole.update, world.whole.proposal):
                with pytest.raises(Conflict, match="being deleted"):
                    change(COMPANY, NEW)
        world.now += timedelta(minutes=1) if is_crash else timedelta(seconds=1)
        world.whole.remove(COMPANY)
        assert (world.settings.find(COMPANY), world.secrets.stored, world.schedule()) == (None, {}, None)
    pytest.fail("The sweep did not reach the end of the removal.")


def test_removal_is_refused_during_a_sync() -> None:
    world = World()
    world.settings.is_syncing = lambda company_id, _: company_id == COMPANY
    before = world.stored()
    with pytest.raises(Conflict):
        world.whole.remove(COMPANY)
    assert world.stored() == before
    world.assert_connection_is_whole()
    world.assert_schedule_is_that_of_the_settings()


def test_save_and_removal_that_overlap_anywhere_end_with_whole_settings_or_with_nothing() -> None:
    for number in range(1, MAX_CALLS):
        world = World()
        beside: list[BaseException | None] = []

        def remove(at: int, world: World = world, number: int = number, beside: list[Any] = beside) -> None:
            if at == number:
                beside.append(outcome_of(lambda: world.whole.remove(COMPANY)))

        world.calls.before = remove
        refusal = outcome_of(lambda world=world: world.interrupted.update(COMPANY, NEW))  # type: ignore[misc]
        assert beside in ([], [None])
        if not beside:
            assert refusal is None
            return
        assert refusal is None or isinstance(refusal, (Conflict, NotFound))
        assert world.settings.find(COMPANY) is None
        assert world.schedule() is None
    pytest.fail("The sweep did not reach the end of the save.")
