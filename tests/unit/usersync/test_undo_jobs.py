"""Which jobs can be undone, and what an undo is as a job."""

from dataclasses import replace

import pytest

from bokabridge.errors import AlreadyRunning, Conflict, FatalError, NotFound
from bokabridge.usersync.cancel import cancel_sync
from bokabridge.usersync.changes import ChangeKind
from bokabridge.usersync.job import Counters, JobStatus, Trigger, new_job
from bokabridge.usersync.read import last_completed
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.paged import user
from tests.unit.usersync.undos import ASA, ASA_MARRIED, BO, DAY, UndoWorld, changed_world
from tests.unit.usersync.world import LEASE, CrashingJobs


@pytest.fixture
def world() -> UndoWorld:
    return changed_world()


def test_cancelled_and_failed_jobs_can_be_undone() -> None:
    world = UndoWorld([ASA], [BO])
    job = world.start()
    world.run(job, lambda: True)
    world.close(job, "Axema was away.")
    assert world.undone(job).counters == Counters(found=1, updated=1)
    assert not world.named("Åsa Öberg").is_visible


def test_undo_needs_no_active_settings(world: UndoWorld) -> None:
    settings = world.settings.find(COMPANY_ID)
    assert settings is not None
    world.settings.replace(settings, replace(settings, is_active=False, updated_at=world.now))
    assert world.undone(world.last).status is JobStatus.Completed


def test_undo_takes_the_lock_and_says_nothing_about_syncs(world: UndoWorld) -> None:
    undo = world.undo(world.last)
    with pytest.raises(AlreadyRunning):
        world.start()
    with pytest.raises(AlreadyRunning):
        world.undo(world.last)
    world.close(undo, "It failed.")
    assert world.jobs.states([COMPANY_ID], world.now)[COMPANY_ID].failures == 0
    done = world.undone(world.last)
    assert (done.status, last_completed(COMPANY_ID, world.jobs)) == (JobStatus.Completed, world.last)


def test_large_pages_are_undone_in_pieces() -> None:
    many = [user(f"many{at}", f"Efternamn{at}, Förnamn", f"{at}@example.com") for at in range(1_201)]
    world = UndoWorld(many, [BO])
    undone = world.undone(world.synced_job())
    assert (undone.pages_committed, undone.counters) == (4, Counters(found=1_202, updated=1_202))
    assert {is_visible for _, is_visible in world.shown().values()} == {False}


def test_job_that_changed_nothing_is_undone_with_zeros(world: UndoWorld) -> None:
    undone = world.undone(world.synced_job())
    assert (undone.status, undone.counters) == (JobStatus.Completed, Counters())


@pytest.mark.parametrize("days", [6.99, 7])
def test_job_can_be_undone_for_7_days_after_its_end(world: UndoWorld, days: float) -> None:
    world.pass_time(days * DAY)
    if days < 7:
        assert world.undone(world.last).status is JobStatus.Completed
    else:
        with pytest.raises(Conflict, match="more than 7 days ago"):
            world.undo(world.last)


def test_job_whose_changes_have_expired_cannot_be_undone() -> None:
    """Nobody read the abandoned job until its changes were about to expire. The read ended it."""
    world = UndoWorld([ASA], [BO])
    job = world.start()
    world.run(job, lambda: True)
    world.pass_time(89 * DAY)
    assert world.read(job).status is JobStatus.Failed
    world.pass_time(DAY)
    with pytest.raises(Conflict, match="have expired"):
        world.undo(job)


def test_previews_running_jobs_and_jobs_of_others_cannot_be_undone(world: UndoWorld) -> None:
    planned = world.undone(world.last, is_preview=True)
    with pytest.raises(Conflict, match="A preview changes nothing"):
        world.undo(planned)
    with pytest.raises(NotFound):
        world.undo(world.last, company_id=OTHER_COMPANY_ID)
    running = world.start()
    with pytest.raises(Conflict, match="is not over yet"):
        world.undo(running)


def test_held_pages_have_changed_nothing() -> None:
    world = UndoWorld([user(f"u{at}", f"Ek{at}, Bo") for at in range(60)])
    world.synced_job()
    world.lists([user("u0", "Ny, Bo"), user("u1", "Ny, Bo")], [user(f"v{at}", f"Ek{at}, Bo") for at in range(60)])
    job = world.start()
    with pytest.raises(Exception, match="held back"):
        world.run(job)
    world.close(job, "The sync was held back.")
    assert world.undone(job).counters == Counters(found=2, updated=2)
    assert len(world.customer_ids()) == 60


@pytest.mark.parametrize("kind", [ChangeKind.Create, ChangeKind.Update])
def test_worker_that_died_before_its_commit_is_repeated_without_harm(kind: ChangeKind) -> None:
    world = UndoWorld([ASA, BO])
    world.jobs = jobs = CrashingJobs(world.settings)
    run = world.synced_job()
    if kind is ChangeKind.Update:
        world.lists([ASA_MARRIED, BO])
        run = world.synced_job()
    undo = world.undo(run)
    jobs.crash_next = True
    with pytest.raises(Crash):
        world.run(undo)
    shown = world.shown()
    assert world.run(undo)
    world.close(undo)
    changed = [change.kind for change in world.logged(run)]
    assert (world.shown(), world.counters(undo).updated) == (shown, len(changed))
    assert len(world.logged(undo)) == len(changed)
    assert changed.count(kind) == len(changed)


def test_cancelled_undo_keeps_what_it_restored_and_another_one_goes_on() -> None:
    world = UndoWorld([ASA], [BO])
    run = world.synced_job()
    undo = world.undo(run)
    world.run(undo, lambda: True)
    ended = cancel_sync(COMPANY_ID, undo.id, "admin", jobs=world.jobs, workflow=world.workflow, clock=world.clock)
    assert ended.status is JobStatus.Failed
    assert (world.named("Bo Ek").is_visible, world.named("Åsa Öberg").is_visible) == (False, True)
    assert world.undone(run).counters == Counters(found=2, updated=1, unchanged=1)


def test_undo_of_a_job_that_expired_meanwhile_fails(world: UndoWorld) -> None:
    undo = replace(new_job(COMPANY_ID, Trigger.Request, world.now, world.now + LEASE), undoes="expired")
    world.jobs.start(undo)
    with pytest.raises(FatalError, match="has expired, and its changes with it"):
        world.run(undo)
