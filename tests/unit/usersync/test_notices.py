"""Notices: when they are due, and what is published."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.errors import RetriableError, Unavailable
from bokabridge.operations.usersync import GET_AXEMA_USER_SYNC_JOB
from bokabridge.usersync.cancel import cancel_sync
from bokabridge.usersync.end_fakes import RecordedTopic
from bokabridge.usersync.hold import HeldBack
from bokabridge.usersync.job import JobStatus
from bokabridge.usersync.notice import PAUSES_LATER, Event, Notice, message_of
from bokabridge.usersync.publish import publish_notice
from bokabridge.usersync.start import NOT_STARTED
from functions.usersync.notify.app import link
from tests.data import COMPANY_ID
from tests.unit.usersync.world import World, people

JOB_ID = "019a7f3a-5d1c-7000-8000-000000000000"
FAILED = Notice(COMPANY_ID, JOB_ID, Event.Failed, datetime(2026, 11, 21, 3, 4, 5, tzinfo=UTC), 1, "Why.", PAUSES_LATER)
RECOVERED = Notice(COMPANY_ID, JOB_ID, Event.Recovered, datetime(2026, 11, 24, 3, 4, 5, tzinfo=UTC), 3)
URL = "https://api.example.com/job"


def test_failure_is_published_with_its_reason() -> None:
    message = message_of(FAILED, URL)
    assert json.loads(message.body) == {
        "Event": "SyncFailed",
        "CompanyId": COMPANY_ID,
        "JobId": JOB_ID,
        "StatusName": "Failed",
        "ErrorMessage": "Why.",
        "CompletedDate": "2026-11-21T03:04:05.000Z",
        "FailuresInRow": 1,
        "Schedule": PAUSES_LATER,
        "Link": URL,
    }
    assert message.attributes == {"CompanyId": COMPANY_ID, "Event": "SyncFailed"}
    assert message.subject == f"bokabridge: the user sync of company {COMPANY_ID} failed"


def test_recovery_is_published_with_the_failures_before_it() -> None:
    message = message_of(RECOVERED, URL)
    assert json.loads(message.body) == {
        "Event": "SyncRecovered",
        "CompanyId": COMPANY_ID,
        "JobId": JOB_ID,
        "StatusName": "Completed",
        "CompletedDate": "2026-11-24T03:04:05.000Z",
        "FailuresInRow": 3,
        "Link": URL,
    }
    assert message.subject == f"bokabridge: the user sync of company {COMPANY_ID} works again"


@pytest.mark.parametrize("notice", [FAILED, RECOVERED])
def test_subject_is_one_that_sns_accepts(notice: Notice) -> None:
    """https://docs.aws.amazon.com/sns/latest/api/API_Publish.html"""
    subject = message_of(notice, URL).subject
    assert subject.isascii()
    assert subject.isprintable()
    assert len(subject) < 100


def test_link_is_the_jobs_url_for_callers_of_any_company(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_URL", "https://api.example.com/bridge/")
    path = GET_AXEMA_USER_SYNC_JOB.path.replace("{Id}", JOB_ID)
    assert link(FAILED) == f"https://api.example.com/bridge{path}?CompanyId={COMPANY_ID}"


def test_notice_is_published_as_often_as_asked_and_always_the_same() -> None:
    world, topic = World(people(1)), RecordedTopic()
    job = world.start()
    world.close(job, "Wrong password.")
    for _ in range(2):
        assert publish_notice(
            COMPANY_ID, job.id, notices=world.jobs.notices, topic=topic, link=lambda notice: notice.job_id
        )
    first, second = topic.published
    assert first == second


def test_topic_that_is_busy_is_the_callers_to_retry() -> None:
    world, topic = World(people(1)), RecordedTopic(error=RetriableError("SNS is busy."))
    job = world.start()
    world.close(job, "Wrong password.")
    with pytest.raises(RetriableError):
        publish_notice(COMPANY_ID, job.id, notices=world.jobs.notices, topic=topic, link=lambda _: URL)


def test_expired_notice_is_not_published() -> None:
    world, topic = World(people(1)), RecordedTopic()
    assert not publish_notice(COMPANY_ID, JOB_ID, notices=world.jobs.notices, topic=topic, link=lambda _: URL)
    assert topic.published == []


def test_start_that_is_impossible_is_noticed_once_however_often_it_is_tried() -> None:
    """Lambda tries a scheduled start three times. Each attempt leaves a failed job."""
    world = World(people(1))
    world.workflow.error = RetriableError("Step Functions is busy.")
    for _ in range(3):
        with pytest.raises(Unavailable):
            world.start()
        world.pass_time(timedelta(minutes=1))
    (notice,) = world.jobs.notices.stored.values()
    assert (notice.event, notice.error) == (Event.Failed, NOT_STARTED)
    world.workflow.error = None
    world.sync()
    assert [each.event for each in world.jobs.notices.stored.values()] == [Event.Failed, Event.Recovered]


def test_cancelled_sync_neither_begins_nor_ends_a_run_of_failures() -> None:
    world = World(people(1))
    for failure in ("Axema is away.", None, "Axema is away."):
        job = world.start()
        if failure is None:
            cancel_sync(COMPANY_ID, job.id, "admin-1", jobs=world.jobs, workflow=world.workflow, clock=world.clock)
        world.close(job, failure)
        assert world.job(job).status is JobStatus.Failed
    (notice,) = world.jobs.notices.stored.values()
    assert notice.event is Event.Failed
    world.sync()
    recovered = list(world.jobs.notices.stored.values())[-1]
    assert (recovered.event, recovered.failures) == (Event.Recovered, 2)


def test_held_sync_is_a_failure() -> None:
    world = World(people(100))
    world.sync()
    world.source.records = people(300)
    job = world.start()
    with pytest.raises(HeldBack) as held:
        world.run(job)
    world.close(job, str(held.value))
    (notice,) = world.jobs.notices.stored.values()
    assert (notice.event, notice.error) == (Event.Failed, str(held.value))


def test_job_that_stopped_to_report_is_noticed_when_the_next_start_closes_it() -> None:
    world = World(people(300))
    world.run(world.start(), lambda: True)
    world.pass_time(timedelta(minutes=6))
    world.start()
    assert [each.event for each in world.jobs.notices.stored.values()] == [Event.Failed]
