"""The plan of one page."""

from collections.abc import Iterable, Mapping
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge import ids
from bokabridge.customers.model import Change, Customer
from bokabridge.customers.person import Person
from bokabridge.customers.ports import Adoptable
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.actions import Defer, Skip, Unchanged, Write
from bokabridge.usersync.adopt import Known
from bokabridge.usersync.job import Counters, SyncJob, Trigger, new_job
from bokabridge.usersync.link import Link, user_key
from bokabridge.usersync.normalise import normalise_page
from bokabridge.usersync.normalised import NormalisedPage
from bokabridge.usersync.people import AxemaUser, BrokenRecord, Record
from bokabridge.usersync.plan import AMBIGUOUS, Plan, first_look, plan_page
from bokabridge.usersync.recognition import recognition_of
from bokabridge.usersync.roster import Roster
from tests.data import COMPANY_ID

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ASA = AxemaUser("user-1", "Öberg, Åsa", "asa@example.com")
BO = AxemaUser("user-2", "Ek, Bo", "bo@example.com")


def a_job(job_id: str, page_index: int) -> SyncJob:
    job = new_job(COMPANY_ID, Trigger.Request, NOON, NOON + timedelta(minutes=5))
    return replace(job, id=job_id, pages_committed=page_index)


def normalised(records: list[Record], page_index: int = 0) -> NormalisedPage:
    return normalise_page(records, page_index + 1, NameOrder.LastFirst)


SYSTEM = "vaka:device"


def plan(
    records: list[Record],
    links: Iterable[Link] = (),
    *,
    unlinked: Iterable[Customer] = (),
    owners: Mapping[str, str] = {},
    relatives: Iterable[Link] = (),
    found: Iterable[str] = (),
    is_last_page: bool = True,
    roster: Roster | None = None,
    job: str = "job-2",
    page_index: int = 0,
) -> Plan:
    page = normalised(records, page_index)
    by_email: dict[str, list[Customer]] = {}
    for customer in unlinked:
        by_email.setdefault(customer.person.email or "", []).append(customer)
    by_recognition: dict[str, list[Link]] = {}
    for link in relatives:
        by_recognition.setdefault(link.recognition or "", []).append(link)
    known = Known(
        company_id=COMPANY_ID,
        system=SYSTEM,
        links={link.user_key: link for link in links},
        stored=None,
        relatives=by_recognition,
        predecessors={},
        adoptable=Adoptable(by_email, owners),
        is_found=lambda key: key in found,
        is_last_page=is_last_page,
    )
    return plan_page(a_job(job, page_index), page, first_look(SYSTEM, page, roster or Roster()), known)


def link_after(user: AxemaUser, *, job: str = "job-1", page_index: int = 0) -> Link:
    return plan([user], job=job, page_index=page_index).writes[0].link


def unlinked(customer_id: str, name: str, email: str) -> Customer:
    first, _, last = name.partition(" ")
    return Customer(customer_id, COMPANY_ID, Person(first, last, email), NOON, NOON)


def relative(user: AxemaUser, customer_id: str, *, system: str = SYSTEM, user_id: str = "user-9") -> Link:
    """The link of the same person under another user id."""
    return replace(link_after(user), user_key=user_key(system, user_id), customer_id=customer_id)


def test_new_user_is_created_with_the_same_customer_id_on_every_attempt() -> None:
    first, again = plan([ASA]), plan([ASA])
    assert first == again
    assert first.counters == Counters(found=1, created=1)
    assert first.writes[0].customer.change is Change.Create
    assert first.writes[0].customer.customer_id == ids.customer_id(COMPANY_ID, user_key(SYSTEM, "user-1"))


def test_same_user_id_in_two_companies_gives_two_customers() -> None:
    assert ids.customer_id("company-1", "user-1") != ids.customer_id("company-2", "user-1")


def test_unchanged_user_is_not_written() -> None:
    result = plan([ASA], [link_after(ASA)])
    assert result.writes == []
    assert result.counters == Counters(found=1, unchanged=1)


def test_changed_user_updates_the_linked_customer() -> None:
    linked = replace(link_after(ASA), customer_id="customer-9")
    result = plan([replace(ASA, email="new@example.com")], [linked])
    assert result.counters == Counters(found=1, updated=1)
    (write,) = result.writes
    assert (write.customer.change, write.customer.customer_id) == (Change.Update, "customer-9")
    assert write.link.changed_by == "job-2"


def test_customer_with_the_users_email_and_a_compatible_name_is_adopted() -> None:
    result = plan([ASA], unlinked=[unlinked("customer-7", "Åsa Maria Öberg", "asa@example.com")])
    assert result.counters == Counters(found=1, updated=1)
    (write,) = result.writes
    assert (write.customer.change, write.link.customer_id) == (Change.Adopt, "customer-7")


def test_customer_with_the_users_email_and_another_name_is_not_adopted() -> None:
    result = plan([ASA], unlinked=[unlinked("customer-7", "Bodil Öberg", "asa@example.com")])
    assert result.writes[0].customer.change is Change.Create


def test_user_with_two_customers_to_adopt_is_an_issue() -> None:
    two = [unlinked("customer-7", "Åsa Öberg", "asa@example.com"), unlinked("customer-8", "Åsa Ek", "asa@example.com")]
    result = plan([ASA], unlinked=two)
    assert (result.writes, [issue.reason for issue in result.issues]) == ([], [AMBIGUOUS])
    assert result.counters == Counters(found=1, skipped=1)


def test_two_users_with_one_email_and_name_do_not_share_a_customer() -> None:
    twin = replace(ASA, id="user-2")
    result = plan([ASA, twin], unlinked=[unlinked("customer-7", "Åsa Öberg", "asa@example.com")])
    assert [write.customer.change for write in result.writes] == [Change.Adopt, Change.Create]


def test_adoption_whose_link_was_lost_in_a_crash_finds_its_customer_by_the_user() -> None:
    changed = replace(ASA, email="new@example.com")
    result = plan([changed], owners={user_key(SYSTEM, "user-1"): "customer-7"})
    assert result.writes[0].link.customer_id == "customer-7"


def test_person_of_another_system_keeps_the_customer() -> None:
    old = relative(ASA, "customer-7", system="local:host:443")
    (write,) = plan([ASA], relatives=[old]).writes
    assert (write.customer.change, write.link.customer_id) == (Change.Update, "customer-7")
    assert write.vacated == old.vacated()


def test_person_with_a_new_user_id_waits_until_the_old_one_is_certainly_gone() -> None:
    old = relative(ASA, "customer-7")
    waiting = plan([ASA], relatives=[old], is_last_page=False)
    assert ([type(action) for action in waiting.actions], waiting.counters) == ([Defer], Counters())
    assert plan([ASA], relatives=[old]).writes[0].link.customer_id == "customer-7"


def test_person_whose_namesake_is_still_listed_gets_a_customer_of_their_own() -> None:
    old = relative(ASA, "customer-7")
    (write,) = plan([ASA], relatives=[old], found=[old.user_key], is_last_page=False).writes
    assert (write.customer.change, write.vacated) == (Change.Create, None)


def test_user_who_comes_back_after_another_took_the_customer_over_gets_another_customer() -> None:
    vacant = link_after(ASA).vacated()
    (write,) = plan([ASA], [vacant]).writes
    assert write.customer.change is Change.Create
    assert write.customer.customer_id == vacant.customer_id
    assert write.customer.customer_id != link_after(ASA).customer_id


def test_recognition_needs_an_email_and_ignores_the_order_of_names_and_a_flat() -> None:
    one = recognition_of(COMPANY_ID, Person("Åsa", "Öberg", "a@example.com"))
    assert one is not None
    for same in (Person("Öberg", "Åsa", "a@example.com"), Person("Åsa", "ÖBERG Lgh 1201", "a@example.com")):
        assert recognition_of(COMPANY_ID, same) == one
    for other in (Person("Åsa", "Öberg"), Person("Bo", "Öberg", "a@example.com"), Person("Åsa", "Öberg", "b@x.se")):
        assert recognition_of(COMPANY_ID, other) != one


def test_page_that_runs_again_counts_the_writes_of_its_first_run_and_writes_nothing() -> None:
    created = link_after(ASA, job="job-2")
    updated = replace(link_after(BO, job="job-2"), created=False)
    result = plan([ASA, BO], [created, updated])
    assert result.writes == []
    assert result.counters == Counters(found=2, created=1, updated=1)


def test_user_who_changes_between_two_runs_of_a_page_is_written_again_and_counts_as_created() -> None:
    result = plan([replace(ASA, email="new@example.com")], [link_after(ASA, job="job-2")])
    assert result.counters == Counters(found=1, created=1)
    assert len(result.writes) == 1
    assert result.writes[0].link.created


def test_user_on_an_earlier_page_of_the_job_is_skipped() -> None:
    roster = Roster()
    roster.note(plan([ASA]).page)
    result = plan([replace(ASA, name="Ek, Åsa")], roster=roster, page_index=1)
    assert result.counters == Counters(found=1, skipped=1)
    assert (result.issues[0].key, result.doubles) == ("user-1", 1)


def test_unreadable_record_does_not_hide_a_readable_one_of_the_same_user() -> None:
    result = plan([BrokenRecord("user-1", "odd"), ASA])
    assert result.counters == Counters(found=2, created=1, skipped=1)


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


def test_roster_tells_who_is_as_written_on_any_page() -> None:
    roster = Roster()
    roster.remember(plan([ASA, BO, BrokenRecord("user-5", "odd")]).page.entries, trusts_contents=True)
    result = plan([replace(BO, email="bo@"), ASA, BrokenRecord("user-5", "odd")], [link_after(BO)], roster=roster)
    assert result.counters == Counters(found=3, updated=1, unchanged=1, skipped=1)
    assert [issue.key for issue in result.issues] == ["user-2", "user-5"]
