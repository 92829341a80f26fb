"""What a sync says about people is true: moved, repeated, crashed and missing records."""

from dataclasses import replace

import pytest

from bokabridge.customers.fakes import InMemoryCustomers
from bokabridge.customers.search import read_search
from bokabridge.usersync.job import Counters
from bokabridge.usersync.link import user_key
from tests.interrupted import Crash
from tests.unit.usersync.paged import ALL, PagedWorld, user
from tests.unit.usersync.world import CrashingJobs

BERG = user("u1", "Berg, Anna", "anna@example.com")
OBERG = user("u1", "Öberg, Anna", "anna@new.example.com")
BO = user("u2", "Ek, Bo", "bo@example.com")
CIA = user("u3", "Dahl, Cia", "cia@example.com")


def test_record_that_was_skipped_is_written_when_the_other_one_is_gone() -> None:
    world = PagedWorld([BERG, BO], [OBERG, CIA])
    counters, issues = world.synced()
    assert (counters, [issue.key for issue in issues]) == (Counters(found=4, created=3, skipped=1), ["u1"])
    world.lists([BO], [OBERG, CIA])
    assert world.synced() == (Counters(found=3, updated=1, unchanged=2), [])
    assert world.names() == {"u1": "Anna Öberg", "u2": "Bo Ek", "u3": "Cia Dahl"}
    for _ in range(2):
        assert world.synced() == (Counters(found=3, unchanged=3), [])


def test_person_who_is_renamed_and_moves_to_a_later_page_during_a_run_is_written() -> None:
    world = PagedWorld([BERG, BO], [CIA])
    world.synced()

    def move(page_number: int) -> None:
        if page_number == 2:
            world.lists([BO], [OBERG, CIA])

    world.paged.before = move
    assert world.synced()[0].skipped == 1  # on the first page as Berg
    world.paged.before = lambda _: None
    assert world.synced()[0] == Counters(found=3, updated=1, unchanged=2)
    assert world.names()["u1"] == "Anna Öberg"


def test_people_of_a_page_that_were_written_and_not_committed_are_not_taken_for_unchanged() -> None:
    """A worker dies after the customers and before the links, and Axema then takes the change back."""

    class Dying(InMemoryCustomers):
        is_dying = False

        def apply(self, company_id: str, writes: object) -> None:
            super().apply(company_id, writes)  # type: ignore[arg-type]
            if self.is_dying:
                self.is_dying = False
                raise Crash

    for by in ("the same job", "the next job"):
        world = PagedWorld([BERG, BO], [CIA])
        world.customers = dying = Dying(world.clock)
        world.synced()
        world.lists([OBERG, BO], [CIA])
        job = world.start()
        dying.is_dying = True
        with pytest.raises(Crash):
            world.run(job)
        world.lists([BO], [CIA, BERG])
        if by == "the next job":
            world.close(job, "The sync failed.")
            job = world.start()
        world.run(job)
        world.close(job)
        assert world.names() == {"u1": "Anna Berg", "u2": "Bo Ek", "u3": "Cia Dahl"}, by
        assert world.synced()[0] == Counters(found=3, unchanged=3), by


def test_user_on_two_pages_is_reported_at_every_sync_and_keeps_the_first_name() -> None:
    world = PagedWorld([BERG, BO], [OBERG, CIA, BO])
    first = world.synced()
    assert first[0] == Counters(found=5, created=3, skipped=2)
    for _ in range(3):
        counters, issues = world.synced()
        assert (counters, issues) == (Counters(found=5, unchanged=3, skipped=2), first[1])
        assert world.names()["u1"] == "Anna Berg"


def test_people_who_are_missing_are_counted_without_a_write() -> None:
    world = PagedWorld([BERG, BO], [CIA])
    world.synced()
    assert world.last.missing == 0
    world.lists([BO], [])
    written, saved = world.customers.written, world.links.saved
    assert world.synced()[0] == Counters(found=1, unchanged=1)
    assert (world.last.missing, world.customers.written, world.links.saved) == (2, written, saved)
    world.synced()
    assert world.last.missing == 2
    world.lists([BO, CIA])
    assert world.synced()[0] == Counters(found=2, unchanged=2)
    assert world.last.missing == 1


def test_user_whose_record_cannot_be_read_is_not_missing_and_is_compared_again_later() -> None:
    world = PagedWorld([BERG, BO])
    world.synced()
    world.lists([replace(BERG, name=""), BO])
    assert world.synced()[0] == Counters(found=2, unchanged=1, skipped=1)
    assert world.last.missing == 0
    world.lists([OBERG, BO])
    assert world.synced()[0] == Counters(found=2, unchanged=1, updated=1)


@pytest.mark.parametrize("invocations", [1, 2])
def test_person_who_is_added_again_under_a_new_id_keeps_the_customer(invocations: int) -> None:
    world = PagedWorld([BERG, BO], [CIA])
    world.synced()
    before = world.customer_ids()
    new = replace(BERG, id="u9", phone="070-174 06 05")
    world.lists([new, BO], [CIA])
    job = world.start()
    if invocations == 2:
        assert not world.run(job, lambda: True)
    world.run(job)
    world.close(job)
    assert world.counters(job) == Counters(found=3, updated=1, unchanged=2)
    assert (world.customer_ids(), world.read(job).missing) == (before, 0)
    assert world.synced()[0] == Counters(found=3, unchanged=3)
    world.lists([new, BO], [CIA, BERG])
    assert world.synced()[0] == Counters(found=4, created=1, unchanged=3)
    assert len(world.customers.search(world.company_id, read_search("Anna Berg"), ALL).results) == 2


def test_person_whom_an_uncommitted_page_had_left_to_the_last_one_is_not_counted_twice() -> None:
    """A worker dies before its commit, and the person who was to wait for the last page is then no longer listed."""
    world = PagedWorld([BO], [BERG])
    world.jobs = jobs = CrashingJobs(world.settings)
    world.synced()
    world.lists([replace(BERG, id="u8"), replace(BERG, id="u9")], [CIA], [BO])
    job = world.start()
    jobs.crash_next = True
    with pytest.raises(Crash):
        world.run(job)
    world.lists([replace(BERG, id="u8"), BO], [CIA], [])
    world.run(job)
    world.close(job)
    assert world.counters(job) == Counters(found=3, created=1, updated=1, unchanged=1)
    assert set(world.names().values()) == {"Anna Berg", "Bo Ek", "Cia Dahl"}


def test_list_of_one_person_under_a_new_id_and_an_empty_last_page_is_not_empty() -> None:
    world = PagedWorld([BERG])
    world.synced()
    world.lists([replace(BERG, id="u9")], [])
    assert world.synced()[0] == Counters(found=1, updated=1)


def test_namesake_with_the_same_email_who_is_still_listed_keeps_the_customer() -> None:
    world = PagedWorld([BO], [BERG])
    world.synced()
    before = world.customer_ids()["Anna Berg"]
    world.lists([replace(BERG, id="u9"), BO], [BERG])
    assert world.synced()[0] == Counters(found=3, created=1, unchanged=2)
    key = user_key(world.system, "u1")
    assert world.links.existing(world.company_id, [key])[key].customer_id == before


def test_customer_who_was_removed_is_created_again() -> None:
    world = PagedWorld([BERG, BO])
    world.synced()
    removed = world.customer_ids()["Anna Berg"]
    world.customers.remove(world.company_id, removed)
    world.jobs.note_removal(world.company_id, 1)
    assert world.synced()[0] == Counters(found=2, created=1, unchanged=1)
    assert world.customer_ids()["Anna Berg"] == removed
    assert world.synced()[0] == Counters(found=2, unchanged=2)
