"""The behaviour of every JobStore at the end of jobs: notices."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import Counters, JobStatus, Work
from bokabridge.usersync.notice import Event, Notice
from bokabridge.usersync.roster import RosterAddition, RosterPage
from bokabridge.usersync.standing import SyncState
from tests.axema import settings_of
from tests.contract.ends import AWAY, LEASE, REJECTED, SECOND, STOPPED, Make, Stores, in_memory, on_dynamodb
from tests.data import COMPANY_ID

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture(params=[in_memory, on_dynamodb])
def make(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Make:
    return lambda given: request.param(dynamodb, given)


@pytest.fixture
def stores(make: Make) -> Stores:
    return make(settings_of(COMPANY_ID))


def test_first_failure_and_first_completed_sync_after_failures_are_noticed_and_no_other(stores: Stores) -> None:
    for failure in (None, AWAY, AWAY, REJECTED, None, None, AWAY, None):
        stores.sync(failure)
    failed, recovered = Event.Failed, Event.Recovered
    assert stores.noticed() == [None, failed, None, None, recovered, None, failed, recovered]


def test_notice_has_what_happened(stores: Stores) -> None:
    failed = stores.sync(AWAY)
    failed_at = stores.now
    stores.sync(AWAY)
    completed = stores.sync(None)
    assert stores.notices.find(COMPANY_ID, failed.id) == Notice(
        COMPANY_ID, failed.id, Event.Failed, failed_at, 1, AWAY.message
    )
    assert stores.notices.find(COMPANY_ID, completed.id) == Notice(
        COMPANY_ID, completed.id, Event.Recovered, stores.now, 2
    )


def test_second_end_of_a_job_changes_nothing(stores: Stores) -> None:
    job = stores.start()
    assert stores.end(job, AWAY)
    assert not stores.end(job, AWAY)
    assert not stores.end(job, None)
    stores.sync(None)
    found = stores.notices.find(COMPANY_ID, stores.ended[-1].id)
    assert found is not None
    assert (found.event, found.failures) == (Event.Recovered, 1)


def test_abandoned_job_counts_although_another_job_holds_the_lock(stores: Stores) -> None:
    abandoned = stores.start()
    stores.now += LEASE + SECOND
    other = stores.start()
    assert stores.end(abandoned, AWAY)
    assert stores.end(other, AWAY)
    assert stores.noticed() == [Event.Failed, None]


def test_job_whose_pages_are_all_committed_ends_a_run_of_failures_whoever_ends_it(stores: Stores) -> None:
    stores.sync(AWAY)
    job = stores.start()
    work = Work(stores.now, stores.now + LEASE, stores.now + LEASE)
    begun = stores.jobs.begin(COMPANY_ID, job.id, work, None)
    last = begun.job.advanced(Counters(), None, stores.now, stores.now + LEASE)
    stores.jobs.commit(last, begun.fence, RosterAddition(RosterPage(b"")))
    assert stores.end(job, Failure("The run was aborted."))
    assert stores.noticed() == [Event.Failed, Event.Recovered]


def test_store_knows_the_failures_in_a_row(stores: Stores) -> None:
    counted = [stores.state().failures]
    for failure in (AWAY, STOPPED, AWAY, None):
        stores.sync(failure)
        counted.append(stores.state().failures)
    assert counted == [0, 1, 1, 2, 0]


def test_store_knows_the_job_that_is_running(stores: Stores) -> None:
    assert stores.state() == SyncState()
    job = stores.start()
    assert stores.state().running == job.id
    stores.now += LEASE + SECOND
    assert stores.state().running is None, "Its lease is over, so it has died."
    stores.now -= LEASE
    work = Work(stores.now, stores.now + LEASE, stores.now + LEASE)
    stores.jobs.begin(COMPANY_ID, job.id, work, None)
    stores.end(job, AWAY)
    assert stores.state() == SyncState(1), "Its worker may still be writing, but the job has ended."


def test_states_are_those_of_the_companies_asked_for(stores: Stores) -> None:
    stores.sync(AWAY)
    unknown = [f"{number:08}-1111-4111-8111-111111111111" for number in range(110)]
    found = stores.jobs.states([COMPANY_ID, *unknown], stores.now)
    assert found == {COMPANY_ID: SyncState(1), **dict.fromkeys(unknown, SyncState())}


def test_preview_neither_begins_nor_ends_a_run_of_failures(stores: Stores) -> None:
    failed = stores.sync(AWAY, is_preview=True)
    assert (failed.status, failed.error) == (JobStatus.Failed, AWAY.message)
    stores.sync(AWAY)
    assert stores.sync(None, is_preview=True).status is JobStatus.Completed
    stores.sync(REJECTED, is_preview=True)
    stores.sync(AWAY)
    stores.sync(None)
    assert stores.noticed() == [None, Event.Failed, None, None, None, Event.Recovered]


def test_job_for_one_person_neither_begins_nor_ends_a_run_of_failures(stores: Stores) -> None:
    failed = stores.sync(AWAY, only="4711")
    assert (failed.status, failed.error) == (JobStatus.Failed, AWAY.message)
    stores.sync(AWAY)
    assert stores.sync(None, only="4711").status is JobStatus.Completed
    stores.sync(REJECTED, only="4711")
    stores.sync(None, only="4711", is_preview=True)
    assert stores.state().failures == 1
    stores.sync(None)
    assert stores.noticed() == [None, Event.Failed, None, None, None, Event.Recovered]


def test_undo_neither_begins_nor_ends_a_run_of_failures(stores: Stores) -> None:
    undone = stores.sync(AWAY).id
    for failure in (None, AWAY, REJECTED):
        assert stores.end(stores.start(undoes=undone), failure)
    assert stores.state().failures == 1
    stores.sync(None)
    assert stores.noticed() == [Event.Failed, None, None, None, Event.Recovered]


def test_drained_preview_completes_whoever_ends_it(stores: Stores) -> None:
    job = stores.start(is_preview=True)
    work = Work(stores.now, stores.now + LEASE, stores.now + LEASE)
    begun = stores.jobs.begin(COMPANY_ID, job.id, work, None)
    last = begun.job.advanced(Counters(), None, stores.now, stores.now + LEASE)
    stores.jobs.commit(last, begun.fence, RosterAddition(RosterPage(b"")))
    assert stores.end(job, Failure("The run was aborted."))
    assert not stores.end(job, None)
    found = stores.jobs.find(COMPANY_ID, job.id)
    assert found is not None
    assert (found.status, found.error) == (JobStatus.Completed, None)


def test_sync_that_a_change_of_the_settings_stopped_neither_begins_nor_ends_a_run_of_failures(stores: Stores) -> None:
    for failure in (STOPPED, AWAY, STOPPED, AWAY, None, STOPPED):
        stores.sync(failure)
    assert stores.noticed() == [None, Event.Failed, None, None, Event.Recovered, None]


def test_removed_settings_end_the_run_of_failures_without_a_notice(stores: Stores) -> None:
    given = stores.stored()
    stores.sync(AWAY)
    stores.settings.begin_removal(stores.stored(), stores.now)
    stores.settings.finish_removal(COMPANY_ID, stores.now)
    stores.settings.add(replace(given, updated_at=stores.now))
    stores.sync(AWAY)
    assert stores.noticed() == [Event.Failed, Event.Failed]


def test_removal_keeps_what_else_the_lock_has(stores: Stores) -> None:
    job = stores.start()
    first = stores.jobs.begin(COMPANY_ID, job.id, Work(stores.now, stores.now + LEASE, stores.now), None).fence
    stores.now += 2 * SECOND
    stores.end(job, AWAY)
    given = stores.stored()
    stores.settings.begin_removal(given, stores.now)
    stores.settings.finish_removal(COMPANY_ID, stores.now)
    stores.settings.add(replace(given, updated_at=stores.now))
    job = stores.start()
    begun = stores.jobs.begin(COMPANY_ID, job.id, Work(stores.now, stores.now + LEASE, stores.now), None)
    assert (begun.fence, begun.job.status) == (first + 1, JobStatus.Processing)


def test_two_jobs_that_end_at_the_same_time_are_noticed_once(dynamodb: "DynamoDBClient") -> None:
    """The second job ends after the first one's end has read the lock, and before it writes."""
    stores = on_dynamodb(dynamodb, settings_of(COMPANY_ID))
    abandoned = stores.start()
    stores.now += LEASE + SECOND
    other = stores.start()
    attempts: list[bool] = []

    def before_each_attempt(**_: object) -> None:
        attempts.append(True)
        if len(attempts) == 2:
            assert stores.end(other, AWAY)

    dynamodb.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", before_each_attempt)
    assert stores.end(abandoned, AWAY)
    assert stores.noticed().count(Event.Failed) == 1
    stores.sync(None)
    recovered = stores.notices.find(COMPANY_ID, stores.ended[-1].id)
    assert recovered is not None
    assert (recovered.event, recovered.failures) == (Event.Recovered, 2)


def test_settings_that_are_saved_while_a_rejected_job_ends_are_not_paused(dynamodb: "DynamoDBClient") -> None:
    stores = on_dynamodb(dynamodb, settings_of(COMPANY_ID))
    for _ in range(2):
        stores.sync(REJECTED)
    job = stores.start()
    attempts: list[bool] = []

    def before_each_attempt(**_: object) -> None:
        attempts.append(True)
        if len(attempts) == 2:
            stores.save()

    dynamodb.meta.events.register("provide-client-params.dynamodb.TransactWriteItems", before_each_attempt)
    assert stores.end(job, REJECTED)
    assert (stores.stored().paused_at, stores.stored().rejections) == (None, 0)
    found = stores.jobs.find(COMPANY_ID, job.id)
    assert found is not None
    assert found.error == REJECTED.message
