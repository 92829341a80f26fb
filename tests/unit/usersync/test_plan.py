"""The plan of one page."""

from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge import ids
from bokabridge.customers.model import Change
from bokabridge.customers.ports import Owners
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.job import Counters, SyncJob, Trigger, new_job
from bokabridge.usersync.link import Link
from bokabridge.usersync.normalise import NormalisedPage, normalise_page
from bokabridge.usersync.people import AxemaUser, BrokenRecord, Record
from bokabridge.usersync.plan import Plan, Skip, Unchanged, Write, plan_page, plan_unchanged_page
from tests.data import COMPANY_ID

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ASA = AxemaUser("user-1", "Öberg, Åsa", "asa@example.com")
BO = AxemaUser("user-2", "Ek, Bo", "bo@example.com")


def a_job(job_id: str, page_index: int) -> SyncJob:
    job = new_job(COMPANY_ID, Trigger.Request, NOON, NOON + timedelta(minutes=5))
    return replace(job, id=job_id, pages_committed=page_index)


def normalised(records: list[Record], page_index: int = 0) -> NormalisedPage:
    return normalise_page(records, page_index + 1, NameOrder.LastFirst)


def plan(
    records: list[Record],
    links: list[Link] | None = None,
    owners: dict[str, Owners] | None = None,
    *,
    job: str = "job-2",
    page_index: int = 0,
) -> Plan:
    by_user = {link.source_user_id: link for link in links or []}
    return plan_page(a_job(job, page_index), normalised(records, page_index), by_user, owners or {})


def link_after(user: AxemaUser, *, job: str = "job-1", page_index: int = 0) -> Link:
    return plan([user], job=job, page_index=page_index).links[0]


def test_new_user_is_created_with_the_same_customer_id_on_every_attempt() -> None:
    first, again = plan([ASA]), plan([ASA])
    assert first == again
    assert first.counters == Counters(found=1, created=1)
    assert first.writes[0].change is Change.Create
    assert first.writes[0].customer_id == ids.customer_id(COMPANY_ID, "user-1")


def test_same_user_id_in_two_companies_gives_two_customers() -> None:
    assert ids.customer_id("company-1", "user-1") != ids.customer_id("company-2", "user-1")


def test_unchanged_user_is_not_written() -> None:
    result = plan([ASA], [link_after(ASA)])
    assert (result.writes, result.links) == ([], [])
    assert result.counters == Counters(found=1, unchanged=1)


def test_changed_user_updates_the_linked_customer() -> None:
    linked = replace(link_after(ASA), customer_id="customer-9")
    result = plan([replace(ASA, email="new@example.com")], [linked])
    assert result.counters == Counters(found=1, updated=1)
    assert result.writes[0].change is Change.Update
    assert result.writes[0].customer_id == "customer-9"
    assert result.links[0].changed_by == "job-2"


def test_customer_is_adopted_if_no_other_has_the_users_email() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": None}})
    assert result.counters == Counters(found=1, updated=1)
    assert result.writes[0].change is Change.Adopt
    assert result.links[0].customer_id == "customer-7"


def test_no_customer_is_adopted_if_two_share_the_users_email() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": None, "customer-8": None}})
    assert result.writes[0].change is Change.Create


def test_customer_linked_to_another_user_is_not_adopted() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": "user-3"}})
    assert result.writes[0].change is Change.Create


def test_two_users_who_share_an_email_do_not_share_a_customer() -> None:
    result = plan([ASA, replace(BO, email=ASA.email)], owners={"asa@example.com": {"customer-7": None}})
    assert [write.change for write in result.writes] == [Change.Adopt, Change.Create]


def test_adoption_whose_link_was_lost_in_a_crash_is_repeated() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": "user-1"}})
    assert result.links[0].customer_id == "customer-7"


def test_page_that_runs_again_counts_the_writes_of_its_first_run_and_writes_nothing() -> None:
    created = link_after(ASA, job="job-2")
    updated = replace(link_after(BO, job="job-2"), created=False)
    result = plan([ASA, BO], [created, updated])
    assert (result.writes, result.links) == ([], [])
    assert result.counters == Counters(found=2, created=1, updated=1)


def test_user_who_changes_between_two_runs_of_a_page_is_written_again_and_counts_as_created() -> None:
    result = plan([replace(ASA, email="new@example.com")], [link_after(ASA, job="job-2")])
    assert result.counters == Counters(found=1, created=1)
    assert len(result.writes) == 1
    assert result.links[0].created


def test_user_on_an_earlier_page_of_the_job_is_skipped() -> None:
    result = plan([ASA], [link_after(ASA, job="job-2", page_index=0)], page_index=1)
    assert result.counters == Counters(found=1, skipped=1)
    assert result.issues[0].key == "user-1"


def test_second_record_of_a_user_on_a_page_is_skipped() -> None:
    result = plan([ASA, replace(ASA, name="Öberg, Åsa Maria")])
    assert result.counters == Counters(found=2, created=1, skipped=1)


def test_broken_and_nameless_records_are_skipped_and_reported_by_id_or_place() -> None:
    records: list[Record] = [BrokenRecord(None, "no id"), replace(ASA, name=""), BO, BrokenRecord("user-5", "odd")]
    result = plan(records, page_index=2)
    assert result.counters == Counters(found=4, created=1, skipped=3)
    assert [issue.key for issue in result.issues] == ["page 3, record 1", "user-1", "user-5"]
    assert all(issue.skipped for issue in result.issues)


def test_invalid_email_is_reported_and_the_user_is_written() -> None:
    result = plan([replace(ASA, email="asa@")])
    assert result.counters == Counters(found=1, created=1)
    assert [issue.skipped for issue in result.issues] == [False]


def test_skip_is_reported_after_a_remark_on_the_same_user() -> None:
    result = plan([replace(ASA, email="asa@"), ASA])
    assert [(issue.key, issue.skipped) for issue in result.issues] == [("user-1", False), ("user-1", True)]


def test_plan_shows_one_action_for_each_record_and_cannot_be_changed() -> None:
    result = plan([ASA, BO, BrokenRecord("user-5", "odd")], [link_after(ASA)])
    assert [type(action) for action in result.actions] == [Unchanged, Write, Skip]
    with pytest.raises(FrozenInstanceError):
        result.actions = ()  # type: ignore[misc]


def test_plan_of_an_unchanged_page_skips_broken_records_and_keeps_remarks() -> None:
    page = normalised([ASA, replace(BO, email="bo@"), BrokenRecord("user-5", "odd")])
    result = plan_unchanged_page(page)
    assert result.counters == Counters(found=3, unchanged=2, skipped=1)
    assert (result.writes, result.links) == ([], [])
    assert [issue.key for issue in result.issues] == ["user-2", "user-5"]
