"""Every store when DynamoDB is busy, failing or unreachable: the caller always gets RetriableError, an HTTP 503."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from bokabridge.adapters.dynamodb.items import encode
from bokabridge.auth.api_key import ApiKey
from bokabridge.customers.model import Change, Customer, CustomerEdit, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.customers.search import Search
from bokabridge.errors import RetriableError
from bokabridge.paging import Window
from bokabridge.usersync.changes import ChangeKind, FieldChange, PersonChange
from bokabridge.usersync.failure import Failure
from bokabridge.usersync.headcount import Headcount
from bokabridge.usersync.job import Counters, JobStatus, Trigger, Work, new_job
from bokabridge.usersync.link import Link
from bokabridge.usersync.people import Issue
from bokabridge.usersync.roster import RosterAddition, RosterPage
from bokabridge.voss.product import ProductCopy
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import OpenUsage, UsageOrder, UsageQuery, UsageState, new_usage
from tests.aws_server import dynamodb, dynamodb_client, failure, unreachable
from tests.axema import settings_of
from tests.data import COMPANY_ID as OWN
from tests.stores import Stores, stores

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)
ID = "44444444-4444-4444-8444-444444444444"
JOB = new_job(OWN, Trigger.Request, NOON, LATER)
WORK = Work(NOON, LATER, LATER)
WHY = Failure("Why.")
RUNNING = JOB.advanced(Counters(), "cursor", NOON, LATER)
USAGE = new_usage(OWN, "key", UsageOrder("A1", 1), NOON, Timing())
SETTINGS = settings_of(OWN)
ANNA = Person("Anna", "Alm", "anna@example.com")
CUSTOMER = Customer(ID, OWN, ANNA, NOON, NOON)
LINK = Link("user", ID, "hash", ID, created=True)
FIELDS = tuple(FieldChange("email", f"{at}before" * 9, f"{at}after" * 9) for at in range(50))
CHANGES = [PersonChange(ChangeKind.Update, str(at), ID, "Åsa", FIELDS) for at in range(100)]  # more than one part
LONG = [Issue(str(at), "No name. " * 100, skipped=True) for at in range(1000)]  # more than a transaction takes
TEN = Window(0, 10)

THROTTLED = failure("ThrottlingException")
FAILING = failure("InternalServerError", status=500)
INVALID = failure("ValidationException")


@dataclass(frozen=True, slots=True)
class Case:
    """One call of a store, and DynamoDB's responses before the one that fails."""

    method: str
    call: Callable[[Stores], Any]
    before: list[tuple[int, dict[str, Any]]] = field(default_factory=list)

    @property
    def name(self) -> str:
        return f"{self.method} at request {len(self.before) + 1}"


def write(change: Change) -> CustomerWrite:
    return CustomerWrite(change, ID, "user", ANNA)


def found(**members: Any) -> tuple[int, dict[str, Any]]:
    return 200, {"Item": encode({"PK": "a", "SK": "b", **members})}


def met(position: int, **members: Any) -> tuple[int, dict[str, Any]]:
    """A transaction of three, of which the write at this position met an item that its condition forbids."""
    reasons: list[dict[str, Any]] = [{"Code": "None"}, {"Code": "None"}, {"Code": "None"}]
    reasons[position] = {"Code": "ConditionalCheckFailed", "Item": encode(members)}
    status, body = failure("TransactionCanceledException")
    return status, {**body, "CancellationReasons": reasons}


UPDATED: tuple[int, dict[str, Any]] = (200, {"Attributes": {}})
WRITTEN: tuple[int, dict[str, Any]] = (200, {})
COUNTED = (200, {"Count": 1})
ABANDONED = {"JobId": ID, "Fence": 1, "LeaseUntil": "2026-11-21T11:00:00Z"}
CLOSED = met(0, Status=2, IsDrained=True)
REFUSED = failure("ConditionalCheckFailedException")


def begin(on: Stores) -> Any:
    return on.jobs.begin(OWN, ID, WORK, "system")


CASES = [
    Case("jobs.start", lambda on: on.jobs.start(JOB)),
    Case("jobs.start", lambda on: on.jobs.start(JOB), [met(1, **ABANDONED)]),
    Case("jobs.begin", begin),
    Case("jobs.begin", begin, [UPDATED]),
    Case("jobs.begin", begin, [REFUSED]),
    Case("jobs.end_work", lambda on: on.jobs.end_work(OWN, WORK, is_clean=True)),
    Case("jobs.wait", lambda on: on.jobs.wait(RUNNING, 1)),
    Case("jobs.begin_writes", lambda on: on.jobs.begin_writes(RUNNING, WORK)),
    Case("jobs.begin_writes", lambda on: on.jobs.begin_writes(RUNNING, WORK, CHANGES)),
    Case("jobs.begin_writes", lambda on: on.jobs.begin_writes(RUNNING, WORK, CHANGES, is_marked=True)),
    Case("jobs.commit", lambda on: on.jobs.commit(RUNNING, 1, RosterAddition(RosterPage(b"")))),
    Case("jobs.commit", lambda on: on.jobs.commit(RUNNING, 1, RosterAddition(RosterPage(b"")), LONG)),
    Case("jobs.commit", lambda on: on.jobs.commit(RUNNING, 1, RosterAddition(RosterPage(b"")), LONG), [WRITTEN]),
    Case("jobs.commit", lambda on: on.jobs.commit(RUNNING, 1, RosterAddition(RosterPage(b"")), changes=CHANGES)),
    Case("changes.of_page", lambda on: on.changes.of_page(RUNNING, 0)),
    Case("changes.of_job", lambda on: list(on.changes.of_job(OWN, ID))),
    Case("jobs.cancel", lambda on: on.jobs.cancel(OWN, ID, "admin")),
    Case("jobs.is_worked_on", lambda on: on.jobs.is_worked_on(OWN, ID, NOON)),
    Case("links.all", lambda on: list(on.links.all(OWN))),
    Case("customers.edit", lambda on: on.customers.edit(OWN, [CustomerEdit(CUSTOMER, CUSTOMER)])),
    Case("customers.set_visible", lambda on: on.customers.set_visible(OWN, [ID], is_visible=False)),
    Case("jobs.note_removal", lambda on: on.jobs.note_removal(OWN, 1)),
    Case("jobs.roster_head", lambda on: on.jobs.roster_head(OWN)),
    Case("jobs.trusts_roster", lambda on: on.jobs.trusts_roster(OWN)),
    Case("rosters.pages", lambda on: list(on.rosters.pages(OWN, 0, 1))),
    Case("rosters.missing", lambda on: list(on.rosters.missing(OWN, 0, 1))),
    Case("rosters.save_missing", lambda on: on.rosters.save_missing(OWN, 0, [b""])),
    Case("rosters.save_undecided", lambda on: on.rosters.save_undecided(RUNNING, [])),
    Case("rosters.undecided", lambda on: on.rosters.undecided(RUNNING)),
    Case("jobs.finish", lambda on: on.jobs.finish(OWN, ID, WHY, NOON)),
    Case("jobs.finish", lambda on: on.jobs.finish(OWN, ID, WHY, NOON), [CLOSED]),
    Case("jobs.finish", lambda on: on.jobs.finish(OWN, ID, WHY, NOON), [met(1, JobId=ID, Failures=1)]),
    Case("jobs.finish", lambda on: on.jobs.finish(OWN, ID, WHY, NOON), [met(1, JobId=ID, Failures=1), found()]),
    Case("jobs.finish", lambda on: on.jobs.finish(OWN, ID, WHY, NOON), [met(0, Status=1, IsDrained=True)]),
    Case("jobs.find", lambda on: on.jobs.find(OWN, ID)),
    Case("jobs.list", lambda on: on.jobs.list(OWN, None, TEN)),
    Case("jobs.list", lambda on: on.jobs.list(OWN, JobStatus.Failed, TEN)),
    Case("links.existing", lambda on: on.links.existing(OWN, ["user"])),
    Case("links.save", lambda on: on.links.save(OWN, [LINK])),
    Case("links.relatives", lambda on: on.links.relatives(OWN, ["recognition"])),
    Case("links.move", lambda on: on.links.move(OWN, LINK, LINK.vacated())),
    Case("links.any_exist", lambda on: on.links.any_exist(OWN)),
    Case("issues.list", lambda on: on.issues.list(OWN, ID, TEN)),
    Case("customers.adoptable", lambda on: on.customers.adoptable(OWN, ["anna@example.com"], ["user"])),
    Case("customers.adoptable", lambda on: on.customers.adoptable(OWN, ["anna@example.com"], ["user"]), [found()]),
    Case("customers.existing", lambda on: on.customers.existing(OWN, [ID])),
    Case("customers.apply", lambda on: on.customers.apply(OWN, [write(Change.Create)])),
    Case("customers.apply", lambda on: on.customers.apply(OWN, [write(Change.Adopt)])),
    Case("customers.apply", lambda on: on.customers.apply(OWN, [write(Change.Update)])),
    Case("jobs.states", lambda on: on.jobs.states([OWN], NOON)),
    Case("jobs.headcount", lambda on: on.jobs.headcount(OWN)),
    Case("jobs.set_headcount", lambda on: on.jobs.set_headcount(OWN, None, Headcount(1, NOON))),
    Case("customers.list", lambda on: on.customers.list(OWN, TEN)),
    Case("customers.search", lambda on: on.customers.search(OWN, Search(email="a"), TEN)),
    Case("customers.count", lambda on: on.customers.count(OWN)),
    Case("customers.make_searchable", lambda on: on.customers.make_searchable(OWN)),
    Case("customers.add_unlinked", lambda on: on.customers.add_unlinked(CUSTOMER)),
    Case("customers.add_unlinked", lambda on: on.customers.add_unlinked(CUSTOMER), [WRITTEN]),
    Case("settings.find", lambda on: on.settings.find(OWN)),
    Case("settings.all", lambda on: on.settings.all()),
    Case("settings.add", lambda on: on.settings.add(SETTINGS)),
    Case("settings.replace", lambda on: on.settings.replace(SETTINGS, SETTINGS)),
    Case("settings.resume", lambda on: on.settings.resume(SETTINGS)),
    Case("notices.find", lambda on: on.notices.find(OWN, ID)),
    Case("settings.begin_removal", lambda on: on.settings.begin_removal(SETTINGS, NOON)),
    Case("settings.give_up_removal", lambda on: on.settings.give_up_removal(OWN, NOON)),
    Case("settings.finish_removal", lambda on: on.settings.finish_removal(OWN, NOON)),
    Case("trials.add", lambda on: on.trials.add(OWN, NOON)),
    Case("trials.add", lambda on: on.trials.add(OWN, NOON), [WRITTEN]),
    Case("api_keys.find", lambda on: on.api_keys.find("hash")),
    Case("api_keys.list", lambda on: on.api_keys.list()),
    Case("api_keys.revoke", lambda on: on.api_keys.revoke("hash")),
    Case("api_keys.put", lambda on: on.api_keys.put(ApiKey("hash", OWN, frozenset()))),
]

LEDGER_CASES = [
    Case("ledger.reserve", lambda on: on.ledger.reserve(USAGE)),
    Case("ledger.reserve", lambda on: on.ledger.reserve(USAGE), [met(0, UsageId=ID)]),
    Case("ledger.change", lambda on: on.ledger.change(USAGE, USAGE.unknown("No response.", NOON))),
    Case("ledger.find", lambda on: on.ledger.find(OWN, ID)),
    Case("ledger.list_unsettled", lambda on: on.ledger.list_unsettled(10)),
    Case("ledger.list_disputed", lambda on: on.ledger.list_disputed(10)),
    Case("ledger.postpone", lambda on: on.ledger.postpone(OpenUsage(OWN, ID, NOON, NOON), LATER)),
    Case("ledger.list", lambda on: on.ledger.list(OWN, UsageQuery(), TEN)),
    Case("ledger.list", lambda on: on.ledger.list(OWN, UsageQuery(UsageState.Sent, NOON, LATER), TEN), [COUNTED]),
    Case("products.find", lambda on: on.products.find(None)),
    Case("products.save", lambda on: on.products.save(None, ProductCopy([], NOON))),
]
"""The ledger tells its caller of every error as RetriableError, because a caller who bills must know of it."""

ALL_CASES = [*CASES, *LEDGER_CASES]


def test_every_public_method_of_every_store_has_a_case() -> None:
    with unreachable() as url:
        every = stores(dynamodb_client(url))
    methods = {
        f"{store}.{method}"
        for store in Stores.__slots__
        for method in dir(getattr(every, store))
        if not method.startswith("_")
    }
    assert {case.method for case in ALL_CASES} == methods


@pytest.mark.parametrize("response", [THROTTLED, FAILING], ids=["busy", "failing"])
@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_a_busy_or_failing_database_is_a_retriable_error(case: Case, response: tuple[int, dict[str, Any]]) -> None:
    with (
        dynamodb([*case.before, response]) as (client, requests),
        pytest.raises(RetriableError, match="busy or cannot"),
    ):
        case.call(stores(client))
    assert len(requests) == len(case.before) + 1


@pytest.mark.parametrize("case", ALL_CASES, ids=lambda case: case.name)
def test_a_database_that_cannot_be_reached_is_a_retriable_error(case: Case) -> None:
    with unreachable() as url, pytest.raises(RetriableError):
        case.call(stores(dynamodb_client(url)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_request_that_the_database_finds_invalid_is_not_a_retriable_error(case: Case) -> None:
    with dynamodb([*case.before, INVALID]) as (client, _), pytest.raises(ClientError, match="ValidationException"):
        case.call(stores(client))
