"""The plan of one page."""

from dataclasses import replace

from bokabridge import ids
from bokabridge.customers.model import Change
from bokabridge.customers.ports import Owners
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.job import Counters
from bokabridge.usersync.link import Link
from bokabridge.usersync.people import AxemaUser, BrokenRecord, Record
from bokabridge.usersync.plan import Plan, normalise_page, plan_page

COMPANY = "11111111-1111-4111-8111-111111111111"
ASA = AxemaUser("user-1", "Öberg, Åsa", "asa@example.com")
BO = AxemaUser("user-2", "Ek, Bo", "bo@example.com")


def plan(
    records: list[Record],
    links: list[Link] | None = None,
    owners: dict[str, Owners] | None = None,
    *,
    job: str = "job-2",
    page: int = 0,
) -> Plan:
    normalised = normalise_page(records, page, NameOrder.LastFirst)
    return plan_page(COMPANY, job, page, normalised, {link.axema_user_id: link for link in links or []}, owners or {})


def link_after(user: AxemaUser, *, job: str = "job-1", page: int = 0) -> Link:
    return plan([user], job=job, page=page).links[0]


def test_an_unknown_user_is_created_under_an_id_that_a_repetition_finds_again() -> None:
    first, again = plan([ASA]), plan([ASA])
    assert first.counters == Counters(found=1, created=1)
    assert first.writes == again.writes
    assert first.writes[0].change is Change.Create
    assert first.writes[0].customer_id == ids.customer_id(COMPANY, "user-1")


def test_the_same_user_of_two_companies_is_two_customers() -> None:
    assert ids.customer_id("company-1", "user-1") != ids.customer_id("company-2", "user-1")


def test_an_unchanged_user_is_written_nowhere() -> None:
    result = plan([ASA], [link_after(ASA)])
    assert (result.writes, result.links) == ([], [])
    assert result.counters == Counters(found=1, unchanged=1)


def test_a_changed_user_is_updated_where_they_are_linked_to() -> None:
    linked = replace(link_after(ASA), customer_id="customer-9")
    result = plan([replace(ASA, email="new@example.com")], [linked])
    assert result.counters == Counters(found=1, updated=1)
    assert result.writes[0].change is Change.Update
    assert result.writes[0].customer_id == "customer-9"
    assert result.links[0].changed_by == "job-2"


def test_the_only_customer_with_the_users_email_is_adopted() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": None}})
    assert result.counters == Counters(found=1, updated=1)
    assert result.writes[0].change is Change.Adopt
    assert result.links[0].customer_id == "customer-7"


def test_two_customers_with_the_email_are_ambiguous_and_none_is_adopted() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": None, "customer-8": None}})
    assert result.writes[0].change is Change.Create


def test_a_customer_that_belongs_to_another_user_is_not_adopted() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": "user-3"}})
    assert result.writes[0].change is Change.Create


def test_two_users_who_share_an_email_do_not_share_a_customer() -> None:
    result = plan([ASA, replace(BO, email=ASA.email)], owners={"asa@example.com": {"customer-7": None}})
    assert [write.change for write in result.writes] == [Change.Adopt, Change.Create]


def test_an_adoption_whose_link_was_lost_in_a_crash_is_the_same_adoption() -> None:
    result = plan([ASA], owners={"asa@example.com": {"customer-7": "user-1"}})
    assert result.links[0].customer_id == "customer-7"


def test_a_page_run_again_counts_what_its_first_run_did_and_writes_nothing() -> None:
    created = link_after(ASA, job="job-2")
    updated = replace(link_after(BO, job="job-2"), created=False)
    result = plan([ASA, BO], [created, updated])
    assert result.writes == []
    assert result.counters == Counters(found=2, created=1, updated=1)


def test_a_user_who_changes_between_two_runs_of_a_page_is_written_again_and_still_counts_as_created() -> None:
    result = plan([replace(ASA, email="new@example.com")], [link_after(ASA, job="job-2")])
    assert result.counters == Counters(found=1, created=1)
    assert len(result.writes) == 1
    assert result.links[0].created


def test_a_user_seen_on_an_earlier_page_of_the_job_is_skipped() -> None:
    result = plan([ASA], [link_after(ASA, job="job-2", page=0)], page=1)
    assert result.counters == Counters(found=1, skipped=1)
    assert result.issues[0].key == "user-1"


def test_a_user_twice_on_a_page_is_skipped_the_second_time() -> None:
    result = plan([ASA, replace(ASA, name="Öberg, Åsa Maria")])
    assert result.counters == Counters(found=2, created=1, skipped=1)


def test_broken_and_nameless_records_are_skipped_and_told_by_id_or_place() -> None:
    records: list[Record] = [BrokenRecord(None, "no id"), replace(ASA, name=""), BO, BrokenRecord("user-5", "odd")]
    result = plan(records, page=2)
    assert result.counters == Counters(found=4, created=1, skipped=3)
    assert [issue.key for issue in result.issues] == ["page 3, record 1", "user-1", "user-5"]
    assert all(issue.skipped for issue in result.issues)


def test_a_bad_email_is_an_issue_but_no_skip() -> None:
    result = plan([replace(ASA, email="asa@")])
    assert result.counters == Counters(found=1, created=1)
    assert [issue.skipped for issue in result.issues] == [False]
