"""What the next sync makes of a job for one person: it knows what the job wrote, and is as fast as without it."""

from datetime import timedelta

import pytest

from bokabridge.errors import NotFound
from bokabridge.usersync.changes import FieldChange
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.read import last_completed
from tests.data import COMPANY_ID
from tests.interrupted import Crash
from tests.unit.usersync.paged import user
from tests.unit.usersync.person_world import ASA, ASA_MARRIED, BO, CIA, PersonWorld, reads_of_a_sync, synced
from tests.unit.usersync.world import LEASE


@pytest.mark.parametrize("user_id", ["u1", "u3", "u7"])
def test_sync_after_one_person_trusts_the_roster_like_one_without(user_id: str) -> None:
    world = synced([ASA], [BO])
    world.lists([ASA_MARRIED], [BO, CIA])
    try:
        world.now_sync(user_id)
    except NotFound:
        assert user_id == "u7"
    world.lists([ASA_MARRIED], [BO, CIA])
    assert reads_of_a_sync(world) <= 1
    assert world.names() == {"u1": "Åsa Lund", "u2": "Bo Ek", "u3": "Cia Dal"}


def test_person_who_is_as_before_the_request_again_is_written_back_by_the_next_sync() -> None:
    world = synced([ASA], [BO])
    world.lists([ASA_MARRIED], [BO])
    world.now_sync("u1")
    world.lists([ASA], [BO])
    counters, _ = world.synced()
    assert (counters.updated, world.names()["u1"]) == (1, "Åsa Öberg")


def test_person_who_leaves_after_the_request_is_missing() -> None:
    world = synced([ASA], [BO])
    world.lists([ASA], [BO, CIA])
    world.now_sync("u3")
    world.lists([ASA], [BO])
    world.synced()
    assert world.last.missing == 1


def test_customer_whom_another_user_took_over_is_not_missing() -> None:
    world = synced([ASA], [BO])
    world.lists([user("u9", "Öberg, Åsa", "a@example.com")], [BO])
    world.now_sync("u9")
    world.synced()
    assert world.last.missing == 0
    world.lists([BO])
    world.synced()
    assert world.last.missing == 1


def test_after_many_requests_the_next_sync_compares_everybody() -> None:
    many = [user(f"m{at}", f"Efternamn{at}, Förnamn") for at in range(60)]
    world = synced(many)
    world.lists([user(f"m{at}", f"Efternamn{at}, Ändrad") for at in range(60)])
    for at in range(50):
        world.now_sync(f"m{at}")
    assert world.jobs.roster_head(COMPANY_ID).fence == 51  # type: ignore[union-attr]
    world.now_sync("m50")
    assert reads_of_a_sync(world) >= 60


def test_job_for_one_person_is_no_sync() -> None:
    world = synced([ASA], [BO])
    whole = world.last
    world.lists([ASA_MARRIED], [BO])
    world.now_sync("u1")
    assert last_completed(COMPANY_ID, world.jobs) == whole


def crashed() -> tuple[PersonWorld, SyncJob]:
    """A company in which the worker of a job for one person died after it had written the customer."""
    world = synced([ASA], [BO])
    world.lists([ASA_MARRIED], [BO])
    job = world.start(only_user_id="u1")
    world.watched.crashes = True
    with pytest.raises(Crash):
        world.run(job)
    return world, job


def test_worker_that_dies_leaves_the_lock_free_after_its_time_and_the_next_sync_compares() -> None:
    world, _ = crashed()
    world.pass_time(LEASE + timedelta(seconds=1))
    counters, _ = world.synced()
    assert (counters.updated, counters.unchanged, world.names()["u1"]) == (1, 1, "Åsa Lund")


def test_second_worker_finishes_and_logs_the_values_before() -> None:
    world, job = crashed()
    world.pass_time(timedelta(minutes=2, seconds=6))
    assert world.run(job)
    world.close(job)
    (logged,) = world.jobs.changes.of_job(COMPANY_ID, job.id)
    assert logged.change.fields == (FieldChange("last_name", "Öberg", "Lund"),)
    assert reads_of_a_sync(world) == 2
