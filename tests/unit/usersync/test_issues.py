"""The issues that a sync reports: those of its committed pages."""

import pytest

from bokabridge.usersync.actions import Skip
from bokabridge.usersync.people import BrokenRecord, Issue, UserPage
from bokabridge.usersync.plan import AMBIGUOUS, Plan
from bokabridge.usersync.roster import RosterPage
from tests.interrupted import Crash
from tests.unit.usersync.paged import ALL, PagedWorld, user
from tests.unit.usersync.world import CrashingJobs

ANNA = user("u1", "Berg, Anna", "anna@example.com")
NAMELESS = user("u2", "")
NO_NAME = Issue("u2", "The user has no name.", skipped=True)


def test_notice_about_the_list_is_an_issue_of_the_job() -> None:
    world = PagedWorld([])
    world.paged.pages = {None: UserPage([ANNA, NAMELESS], None, "The list is odd.")}
    assert world.synced()[1] == [Issue("list", "The list is odd.", skipped=False), NO_NAME]


def test_page_is_reported_once_it_is_committed() -> None:
    world = PagedWorld([ANNA, NAMELESS])
    world.jobs = jobs = CrashingJobs(world.settings)
    job = world.start()
    jobs.crash_next = True
    with pytest.raises(Crash):
        world.run(job)
    assert world.issues.list(job.company_id, job.id, ALL) == []
    world.run(job)
    assert world.issues.list(job.company_id, job.id, ALL) == [NO_NAME]


def test_sync_that_stops_because_of_a_page_reports_its_records() -> None:
    world = PagedWorld([BrokenRecord(f"u{at:03}", "odd") for at in range(600)])
    job = world.start()
    with pytest.raises(Exception, match="could not be read"):
        world.run(job)
    assert len(world.issues.list(job.company_id, job.id, ALL)) == 600


def test_each_run_reports_the_remarks_about_unchanged_people_again() -> None:
    world = PagedWorld([user("u1", "Berg, Anna", "no address")])
    assert len(world.synced()[1]) == 1
    assert world.synced()[1] == world.synced()[1] != []


def test_user_who_was_left_out_is_reported_for_the_readable_record() -> None:
    """The readable record is one of an earlier page, about which the last page decides."""
    ambiguous, broken = (Issue("user-1", reason, skipped=True) for reason in (AMBIGUOUS, "The record is broken."))
    assert Plan((Skip(ambiguous), Skip(broken)), (), RosterPage(b"")).issues == [broken, ambiguous]
