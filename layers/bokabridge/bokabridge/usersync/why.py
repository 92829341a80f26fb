"""Why a person is a customer or is not: what the stores know since the last completed sync. Axema is not asked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bokabridge.customers.model import Customer
from bokabridge.customers.ports import CustomerDirectory
from bokabridge.paging import Window
from bokabridge.usersync.departures import first_missing_day, is_due
from bokabridge.usersync.directory import find_customers
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.link import Link, source_user_id_of, user_key
from bokabridge.usersync.people import Issue, read_user_id
from bokabridge.usersync.ports import IssueStore, JobStore, LinkStore, RosterStore
from bokabridge.usersync.read import last_completed
from bokabridge.usersync.roster import ENTRY_BYTES, HASH_BYTES, MISSING_BYTES, RosterHead, entries_of, hash_of_key

MAX_PEOPLE = 50
"""The most people that one search finds."""

MAX_ROSTER_PAGES = 2000
"""A search reads the roster of at most this many pages, 100 in a request. Most pages have 100 people."""

_ALL = Window(0, 1_000_000)


class NextStep(StrEnum):
    """What the next sync does about a person whose record in Axema stays as it is.

    `Create`: it gives the person a customer. `Update`: it writes the customer, which somebody has changed. `Skip`: it
    reports the issue again. `Deactivate`: it makes the customer inactive. `Nothing`: it leaves the customer as it is.
    """

    Create = "Create"
    Update = "Update"
    Skip = "Skip"
    Deactivate = "Deactivate"
    Nothing = "Nothing"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known about one person. `source_user_id` is None if no sync has written the customer.

    `is_listed` is True if the last completed sync's list had the user, or a later job for this person; it is None if
    the list is too long. `missing_day` is the first day on which a sync missed the user (days since 1970). `issue` is
    what the last completed sync reported. `changed_by` is the id of the job that last wrote the customer, and
    `changed_at` when that job began; it is None once the job has expired.
    """

    source_user_id: str | None
    customer: Customer | None
    next_step: NextStep
    is_listed: bool | None = False
    missing_day: int | None = None
    issue: Issue | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Explanations:
    """The people whom a search finds. `completed` is the last completed sync, on whose list they rest."""

    people: list[Explanation]
    completed: SyncJob | None


@dataclass(frozen=True, slots=True)
class _Lists:
    """Of some users, by key: those in the last list (None: it was not read), and the entries of those missing."""

    listed: frozenset[str] | None = frozenset()
    missing: Mapping[str, bytes] | None = None

    def has(self, key: str) -> bool | None:
        return None if self.listed is None else key in self.listed

    def entry_of(self, key: str) -> bytes | None:
        return (self.missing or {}).get(key)


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains people. One search reads the people whom it finds, the issues of a sync and the company's roster.

    `system` is the settings' Axema system, `after_days` their deactivate_after_days, and `day` is today (days since
    1970).
    """

    jobs: JobStore
    rosters: RosterStore
    issues: IssueStore
    links: LinkStore
    customers: CustomerDirectory
    system: str | None
    after_days: int
    day: int

    def explain(self, company_id: str, text: str) -> Explanations:
        """At most MAX_PEOPLE whom the text finds: an Axema user id, or what finds customers. Raises RetriableError."""
        wanted, head = read_user_id(text), self.jobs.roster_head(company_id)
        if wanted is None:
            return Explanations([], None)
        completed = last_completed(company_id, self.jobs)
        issues = {each.key: each for each in self._issues(company_id, completed)}
        customers = self._customers(company_id, wanted)
        links = self._links(company_id, wanted, customers.values(), head)
        unread = {link.customer_id for link in links.values()} - customers.keys()
        customers |= self.customers.existing(company_id, unread) if unread else {}
        keys = {*links, *([user_key(head.system, wanted)] if head else [])}
        lists = self._read_lists(company_id, head, {hash_of_key(key): key for key in keys})
        linked = {link.customer_id: link for link in links.values()}
        jobs = {job_id: self.jobs.find(company_id, job_id) for job_id in {link.changed_by for link in linked.values()}}
        is_trusted = bool(head) and self.jobs.trusts_roster(company_id)
        found = [
            self._explained(linked.get(each), customers.get(each), lists, issues, jobs, is_trusted=is_trusted)
            for each in list(dict.fromkeys([*linked, *customers]))[:MAX_PEOPLE]
        ]
        if all(each.source_user_id != wanted for each in found):
            found += self._without_customer(wanted, head, lists, issues.get(wanted))
        return Explanations(found, completed)

    def _explained(
        self,
        link: Link | None,
        customer: Customer | None,
        lists: _Lists,
        issues: Mapping[str, Issue],
        jobs: Mapping[str, SyncJob | None],
        *,
        is_trusted: bool,
    ) -> Explanation:
        if link is None:
            return Explanation(customer.source_user_id if customer else None, customer, NextStep.Nothing)
        entry, user_id = lists.entry_of(link.user_key), source_user_id_of(link.user_key)
        is_listed, job, issue = lists.has(link.user_key), jobs.get(link.changed_by), issues.get(user_id)
        return Explanation(
            source_user_id=user_id,
            customer=customer,
            next_step=self._next_step(link, customer, issue, entry, is_listed=is_listed, is_trusted=is_trusted),
            is_listed=is_listed,
            missing_day=first_missing_day(entry) if entry else None,
            issue=issue,
            changed_by=link.changed_by,
            changed_at=job.created_at if job else None,
        )

    def _next_step(
        self,
        link: Link,
        customer: Customer | None,
        issue: Issue | None,
        missing: bytes | None,
        *,
        is_listed: bool | None,
        is_trusted: bool,
    ) -> NextStep:
        if issue and issue.skipped:
            return NextStep.Skip
        if missing:
            is_gone = bool(self.after_days) and is_due(missing, self.day - self.after_days)
            return NextStep.Deactivate if is_gone and customer and customer.is_visible else NextStep.Nothing
        if is_listed is False:
            return NextStep.Nothing
        if customer is None:
            return NextStep.Create
        is_as_written = customer.person.has_content(link.content_hash)
        return NextStep.Nothing if is_trusted or is_as_written else NextStep.Update

    @staticmethod
    def _without_customer(
        user_id: str, head: RosterHead | None, lists: _Lists, issue: Issue | None
    ) -> Iterable[Explanation]:
        """The user with this id, if the last list has the user or an issue names the user."""
        is_listed = head is not None and lists.has(user_key(head.system, user_id))
        if is_listed or issue:
            step = NextStep.Skip if issue and issue.skipped else NextStep.Create
            yield Explanation(user_id, None, step, is_listed, issue=issue)

    def _customers(self, company_id: str, text: str) -> dict[str, Customer]:
        found = find_customers(
            *(company_id, text, Window(0, MAX_PEOPLE), None),
            customers=self.customers,
            jobs=self.jobs,
            links=self.links,
        ).results
        return {customer.id: customer for customer in found}

    def _links(
        self, company_id: str, user_id: str, customers: Iterable[Customer], head: RosterHead | None
    ) -> Mapping[str, Link]:
        """The links of these customers, and of the user, by user key. A former Axema system's links are not found."""
        systems = {each for each in (self.system, head.system if head else None) if each}
        of_customers = {each.source_user_id: each.id for each in customers if each.source_user_id}
        keys = [user_key(system, each) for system in systems for each in {user_id, *of_customers}]
        found = self.links.existing(company_id, keys)
        return {
            key: link
            for key, link in found.items()
            if not link.is_vacant and of_customers.get(source_user_id_of(key), link.customer_id) == link.customer_id
        }

    def _issues(self, company_id: str, completed: SyncJob | None) -> list[Issue]:
        return self.issues.list(company_id, completed.id, _ALL) if completed else []

    def _read_lists(self, company_id: str, head: RosterHead | None, keys: Mapping[bytes, str]) -> _Lists:
        """What the roster says about these users, by the hashes of their keys."""
        if head is None:
            return _Lists(None)
        if head.pages + head.missing_parts > MAX_ROSTER_PAGES:
            return _Lists(None)
        pages = self.rosters.pages(company_id, head.slot, head.pages)
        entries = (entry[:HASH_BYTES] for page in pages for entry in entries_of(page.entries, ENTRY_BYTES))
        later = {keys[key] for key in head.written if key in keys}
        listed = later | {keys[key] for key in entries if key in keys}
        parts = self.rosters.missing(company_id, head.slot, head.missing_parts)
        gone = (entry for part in parts for entry in entries_of(part, MISSING_BYTES))
        missing = {keys[entry[:HASH_BYTES]]: entry for entry in gone if entry[:HASH_BYTES] in keys}
        return _Lists(frozenset(listed), {key: entry for key, entry in missing.items() if key not in later})
