"""The behaviour of every JobStore at the end of jobs: the pause of the schedule."""

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from bokabridge.errors import NotConfigured, SchedulePaused
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.job import Trigger
from bokabridge.usersync.notice import PAUSES_LATER, RESUMED, Event
from bokabridge.usersync.standing import PAUSED
from tests.axema import settings_of
from tests.contract.ends import AWAY, REJECTED, SECOND, Make, Stores, in_memory, on_dynamodb
from tests.data import COMPANY_ID

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


@pytest.fixture(params=[in_memory, on_dynamodb])
def make(request: pytest.FixtureRequest, dynamodb: "DynamoDBClient") -> Make:
    return lambda given: request.param(dynamodb, given)


@pytest.fixture
def stores(make: Make) -> Stores:
    return make(settings_of(COMPANY_ID))


def test_third_rejection_in_a_row_pauses_the_schedule_and_the_job_says_so(stores: Stores) -> None:
    jobs = [stores.sync(REJECTED, Trigger.Schedule) for _ in range(3)]
    assert [job.error for job in jobs] == [REJECTED.message, REJECTED.message, f"{REJECTED.message} {PAUSED}"]
    assert stores.noticed() == [Event.Failed, None, None]
    notice = stores.notices.find(COMPANY_ID, jobs[0].id)
    assert notice is not None
    assert notice.schedule == PAUSES_LATER
    assert stores.stored().paused_at == stores.now
    with pytest.raises(SchedulePaused):
        stores.start(Trigger.Schedule)


def test_paused_company_can_be_synced_by_request_and_a_completed_sync_resumes_the_schedule(stores: Stores) -> None:
    for _ in range(3):
        stores.sync(REJECTED)
    assert stores.sync(REJECTED).error == REJECTED.message
    assert stores.stored().paused_at
    completed = stores.sync(None)
    assert (stores.stored().paused_at, stores.stored().rejections) == (None, 0)
    notice = stores.notices.find(COMPANY_ID, completed.id)
    assert notice is not None
    assert (notice.event, notice.failures, notice.schedule) == (Event.Recovered, 4, RESUMED)
    stores.sync(None, Trigger.Schedule)


@pytest.mark.parametrize("between", [AWAY, None])
def test_other_end_between_rejections_starts_the_count_again(stores: Stores, between: Failure | None) -> None:
    for failure in (REJECTED, REJECTED, between, REJECTED, REJECTED):
        stores.sync(failure)
    assert stores.stored().paused_at is None
    stores.sync(REJECTED)
    assert stores.stored().paused_at


def test_saved_settings_resume_the_schedule_and_start_the_count_again_within_the_same_run_of_failures(
    stores: Stores,
) -> None:
    for _ in range(3):
        stores.sync(REJECTED)
    stores.save()
    for _ in range(2):
        stores.sync(REJECTED, Trigger.Schedule)
    assert stores.stored().paused_at is None
    stores.sync(REJECTED, Trigger.Schedule)
    assert stores.stored().paused_at
    stores.save()
    stores.sync(None, Trigger.Schedule)
    assert stores.noticed() == [Event.Failed, *[None] * 5, Event.Recovered]


def test_rejection_of_a_sync_that_is_older_than_the_settings_says_nothing_about_them(stores: Stores) -> None:
    for _ in range(2):
        stores.sync(REJECTED)
    job = stores.start()
    stores.save()
    assert stores.end(job, REJECTED)
    assert (stores.stored().paused_at, stores.stored().rejections) == (None, 0)


def test_resumed_schedule_starts_syncs(stores: Stores) -> None:
    for _ in range(3):
        stores.sync(REJECTED)
    stores.settings.resume(stores.stored())
    stores.sync(None, Trigger.Schedule)


def test_resumption_for_settings_that_were_saved_since_does_nothing(stores: Stores) -> None:
    tested = stores.stored()
    stores.save()
    for _ in range(3):
        stores.sync(REJECTED)
    stores.settings.resume(tested)
    assert stores.stored().paused_at


def test_save_is_accepted_although_the_schedule_was_paused_since_the_settings_were_read(stores: Stores) -> None:
    before = stores.stored()
    for _ in range(3):
        stores.sync(REJECTED)
    stores.settings.replace(before, replace(before, updated_at=stores.now + SECOND))
    assert stores.stored().paused_at is None


def test_company_without_a_schedule_has_nothing_to_pause(make: Make) -> None:
    stores = make(replace(settings_of(COMPANY_ID), is_scheduled=False))
    assert [stores.sync(REJECTED).error for _ in range(4)] == [REJECTED.message] * 4
    assert stores.stored().paused_at is None
    with pytest.raises(NotConfigured) as refusal:
        stores.start(Trigger.Schedule)
    assert not isinstance(refusal.value, SchedulePaused)
