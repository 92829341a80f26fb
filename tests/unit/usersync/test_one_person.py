"""One person now: a job that reads the list, and writes this person only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.errors import AlreadyRunning, FatalError, NotFound, RetriableError
from bokabridge.settings.model import AxemaSettings
from bokabridge.usersync.changes import ChangeKind, FieldChange
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.one_person import ENDLESS, LIST_SECONDS, TOO_LONG
from bokabridge.usersync.people import BrokenRecord, Record, UserPage
from bokabridge.usersync.person_request import NOT_LISTED, STILL_RUNNING, PersonNotSynced, sync_person
from bokabridge.usersync.plan import AMBIGUOUS
from tests.data import COMPANY_ID
from tests.unit.usersync.paged import ALL, PagedSource, pages_of, user
from tests.unit.usersync.person_world import ASA, ASA_MARRIED, BO, CIA, PATIENCE, PersonWorld, reads_of_a_sync, synced
from tests.unit.usersync.world import LEASE


def test_changed_person_is_updated_and_nobody_else() -> None:
    world = synced([ASA, BO], [CIA])
    world.lists([ASA_MARRIED, user("u2", "Ek, Bosse")], [CIA])
    found = world.now_sync("u1")
    assert found.change is not None
    assert (found.change.kind, found.change.fields) == (
        ChangeKind.Update,
        (FieldChange("last_name", "Öberg", "Lund"),),
    )
    assert found.reason == "The customer differed from Axema's record."
    assert world.names() == {"u1": "Åsa Lund", "u2": "Bo Ek", "u3": "Cia Dal"}
    assert found.job.counters is not None
    assert (found.job.counters.found, found.job.counters.updated, found.job.only_user_id) == (1, 1, "u1")


def test_new_person_is_created_also_before_the_first_sync_and_counted() -> None:
    world = PersonWorld([ASA], [BO])
    found = world.now_sync("u2")
    assert found.change is not None
    assert (found.change.kind, found.change.name) == (ChangeKind.Create, "Bo Ek")
    counters, _ = world.synced()
    assert (counters.created, counters.unchanged) == (1, 1)
    headcount = world.jobs.headcount(COMPANY_ID)
    assert headcount is not None
    assert headcount.customers == 2


def test_customer_that_staff_changed_is_compared_with_the_record() -> None:
    world = synced([ASA])
    (asa,) = world.customer_ids().values()
    wrong = Person("Åsa", "Fel", "a@example.com")
    world.customers.apply(COMPANY_ID, [CustomerWrite(Change.Update, asa, "u1", wrong)])
    found = world.now_sync("u1")
    assert found.change is not None
    assert (found.change.kind, world.names()) == (ChangeKind.Update, {"u1": "Åsa Öberg"})
    again = world.now_sync("u1")
    assert (again.change, again.reason) == (None, "The customer is as Axema's record says.")


def test_reading_stops_at_the_person() -> None:
    world = synced([ASA], [BO], [CIA])
    fetched: list[int] = []
    world.paged.before = fetched.append
    world.now_sync("u2")
    assert fetched == [1, 2]


def test_customer_of_a_former_user_id_is_taken_over_once_the_whole_list_lacks_it() -> None:
    again = user("u9", "Öberg, Åsa", "a@example.com")
    world = synced([ASA], [BO])
    world.lists([again, BO], [ASA])
    kept = world.now_sync("u9")
    assert kept.change is not None
    assert kept.change.kind is ChangeKind.Create
    world = synced([ASA], [BO])
    ids = world.customer_ids()
    world.lists([again], [BO])
    taken = world.now_sync("u9")
    assert taken.change is not None
    assert (taken.change.kind, taken.change.customer_id) == (ChangeKind.Adopt, ids["Åsa Öberg"])
    counters, _ = world.synced()
    assert (counters.unchanged, counters.found, world.last.missing) == (2, 2, 0)


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (user("u4", ""), "The user has no name."),
        (BrokenRecord("u4", "The record's name cannot be read."), "The record's name cannot be read."),
    ],
)
def test_skipped_record_is_reported_with_its_reason(record: Record, reason: str) -> None:
    world = synced([ASA])
    world.lists([ASA, record], [record])
    found = world.now_sync("u4")
    assert (found.outcome, found.reason, found.change) == ("Skipped", reason, None)
    assert (found.job.counters.found, found.job.counters.skipped) == (1, 1)  # type: ignore[union-attr]


def test_first_readable_record_of_a_user_counts() -> None:
    world = PersonWorld([BrokenRecord("u1", "Broken.")], [ASA, ASA_MARRIED], [ASA_MARRIED])
    found = world.now_sync("u1")
    assert found.issue is None
    assert world.names() == {"u1": "Åsa Öberg"}


def test_ambiguous_person_is_skipped() -> None:
    world = synced([ASA], [CIA])
    (customer,) = [each for each in world.customers.list(COMPANY_ID, ALL) if each.person.email]
    for number in (1, 2):
        twin = replace(customer, id=f"99999999-9999-4999-8999-99999999999{number}", source_user_id=None)
        world.customers.add_unlinked(replace(twin, person=replace(twin.person, email="x@example.com")))
    world.lists([ASA, user("u5", "Öberg, Åsa", "x@example.com")], [CIA])
    assert world.now_sync("u5").reason == AMBIGUOUS


def test_unknown_person_is_not_found_and_the_job_says_that_nobody_was_found() -> None:
    world = synced([ASA], [BO])
    with pytest.raises(NotFound, match=NOT_LISTED):
        world.now_sync("u7")
    (job, *_) = world.listed()
    assert (job.status, job.counters and job.counters.found) == (JobStatus.Completed, 0)


def test_preview_of_one_person_writes_nothing() -> None:
    world = synced([ASA])
    world.lists([ASA_MARRIED])
    written = world.customers.written
    planned = world.now_sync("u1", is_preview=True)
    assert planned.change is not None
    assert (planned.change.kind, world.customers.written, world.names()) == (
        ChangeKind.Update,
        written,
        {"u1": "Åsa Öberg"},
    )
    assert world.now_sync("u1").change == planned.change


def test_list_that_takes_too_long_changes_nothing() -> None:
    world = synced([ASA], [BO])
    world.lists([ASA_MARRIED], [BO])

    def out_of_time(_: int) -> None:
        raise TimeoutError

    world.paged.before = out_of_time
    with pytest.raises(PersonNotSynced, match=TOO_LONG) as failed:
        world.now_sync("u1")
    assert world.listed()[0].id == failed.value.job_id
    assert world.names()["u1"] == "Åsa Öberg"
    assert world.jobs.states([COMPANY_ID], world.now)[COMPANY_ID].failures == 0


class TimedSource(PagedSource):
    """Remembers the seconds that its connections got."""

    def __init__(self, pages: Mapping[str | None, UserPage]) -> None:
        super().__init__(pages)
        self.given: list[float | None] = []

    def connect(self, settings: AxemaSettings, seconds: float | None = None) -> PagedSource:
        self.given.append(seconds)
        return super().connect(settings, seconds)


def test_worker_gets_the_time_that_is_left_of_the_callers() -> None:
    world = synced([ASA])
    source = TimedSource(world.paged.pages)
    world.source = source  # type: ignore[assignment]
    job = world.start(only_user_id="u1")
    world.pass_time(timedelta(seconds=5))
    world.run(job)
    assert source.given == [LIST_SECONDS - 5]


@pytest.mark.parametrize("error", [RetriableError("Axema is away."), FatalError("Axema refused the API key.")])
def test_failed_request_keeps_the_next_sync_as_fast(error: Exception) -> None:
    world = synced([ASA], [BO])

    def fail(_: int) -> None:
        raise error

    world.paged.before = fail
    with pytest.raises(PersonNotSynced, match=str(error)):
        world.now_sync("u1")
    world.paged.before = lambda _: None
    assert reads_of_a_sync(world) == 0
    assert world.jobs.states([COMPANY_ID], world.now)[COMPANY_ID].failures == 0


def test_list_that_leads_back_ends() -> None:
    world = synced([ASA])
    pages = pages_of([ASA], [BO])
    pages["token-1"] = UserPage([BO], "token-1")
    world.paged.pages = pages
    with pytest.raises(PersonNotSynced, match=ENDLESS):
        world.now_sync("u7")


def test_request_does_not_wait_for_a_running_sync() -> None:
    world = synced([ASA])
    running = world.start()
    with pytest.raises(AlreadyRunning) as refused:
        world.now_sync("u1")
    assert refused.value.job_id == running.id


def test_request_says_so_if_its_job_does_not_end_in_time() -> None:
    world = synced([ASA])
    begun = world.now
    with pytest.raises(PersonNotSynced, match=STILL_RUNNING):
        sync_person(
            *(COMPANY_ID, "u1"),
            jobs=world.jobs,
            workflow=world.workflow,
            issues=world.issues,
            changes=world.jobs.changes,
            links=world.links,
            clock=world.clock,
            lease=LEASE,
            patience=PATIENCE,
            sleep=lambda seconds: world.pass_time(timedelta(seconds=seconds)),
        )
    assert world.now == begun + PATIENCE
