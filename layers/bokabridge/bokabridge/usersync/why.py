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
from bokabridge.usersync.link import Link, source_user_id_of, user_key
from bokabridge.usersync.people import Issue
from bokabridge.usersync.ports import IssueStore, JobStore, LinkStore, RosterStore
from bokabridge.usersync.read import last_completed
from bokabridge.usersync.roster import ENTRY_BYTES, HASH_BYTES, MISSING_BYTES, RosterHead, entries_of, hash_of_key

MAX_PEOPLE = 50
"""The most people that one search finds."""

_ALL = Window(0, 1_000_000)


class NextStep(StrEnum):
    """What the next sync does about a person whose record in Axema stays as it is.

    `Compare`: it writes the customer if that differs from the record. `Create`: it gives the person a customer. `Skip`:
    it reports the issue again. `Deactivate`: it makes the customer inactive.
    """

    Compare = "Compare"
    Create = "Create"
    Skip = "Skip"
    Deactivate = "Deactivate"
    Nothing = "Nothing"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known about one person. `source_user_id` is None if no sync has written the customer.

    `is_listed` is True if the last completed sync's list had the user. `missing_day` is the first day on which a sync
    missed the user (days since 1970), and `is_due` says that the next sync makes the customer inactive. `issue` is what
    the last completed sync reported. `changed_by` is the id of the job that last wrote the customer, and `changed_at`
    when that job began; it is None once the job has expired.
    """

    source_user_id: str | None
    customer: Customer | None
    is_listed: bool = False
    missing_day: int | None = None
    is_due: bool = False
    issue: Issue | None = None
    changed_by: str | None = None
    changed_at: datetime | None = None

    @property
    def next_step(self) -> NextStep:
        """What the next sync does about the person."""
        if self.issue and self.issue.skipped:
            return NextStep.Skip
        if self.is_listed:
            return NextStep.Compare if self.customer else NextStep.Create
        return NextStep.Deactivate if self.is_due else NextStep.Nothing


@dataclass(frozen=True, slots=True)
class Explainer:
    """Explains people. One search reads all links of the company and its whole roster.

    `after_days` is the settings' deactivate_after_days, and `day` is today (days since 1970).
    """

    jobs: JobStore
    rosters: RosterStore
    issues: IssueStore
    links: LinkStore
    customers: CustomerDirectory
    after_days: int
    day: int

    def explain(self, company_id: str, text: str) -> list[Explanation]:
        """At most MAX_PEOPLE whom the text finds: an Axema user id, or what finds customers. Raises RetriableError."""
        wanted = text.strip()
        head, issues = self.jobs.roster_head(company_id), self._issues(company_id)
        customers = self._customers(company_id, wanted)
        linked = {link.customer_id: link for link in self._links(company_id, wanted, customers)}
        unread = linked.keys() - customers.keys()
        customers |= self.customers.existing(company_id, unread) if unread else {}
        keys = [link.user_key for link in linked.values()] + ([user_key(head.system, wanted)] if head else [])
        listed, missing = self._roster(company_id, head, {hash_of_key(key): key for key in keys})
        found = []
        for customer_id in list(dict.fromkeys([*linked, *customers]))[:MAX_PEOPLE]:
            link, customer = linked.get(customer_id), customers.get(customer_id)
            found.append(self._explained(company_id, link, customer, listed, missing, issues))
        is_known = any(each.source_user_id == wanted for each in found)
        is_listed = head is not None and user_key(head.system, wanted) in listed
        if not is_known and (is_listed or wanted in issues):
            found.append(Explanation(wanted, None, is_listed, issue=issues.get(wanted)))
        return found

    def _explained(
        self,
        company_id: str,
        link: Link | None,
        customer: Customer | None,
        listed: set[str],
        missing: Mapping[str, bytes],
        issues: Mapping[str, Issue],
    ) -> Explanation:
        if link is None:
            return Explanation(None, customer)
        entry, user_id = missing.get(link.user_key), source_user_id_of(link.user_key)
        is_gone = bool(self.after_days and entry and is_due(entry, self.day - self.after_days))
        job = self.jobs.find(company_id, link.changed_by)
        return Explanation(
            source_user_id=user_id,
            customer=customer,
            is_listed=link.user_key in listed,
            missing_day=first_missing_day(entry) if entry else None,
            is_due=is_gone and customer is not None and customer.is_visible,
            issue=issues.get(user_id),
            changed_by=link.changed_by,
            changed_at=job.created_at if job else None,
        )

    def _customers(self, company_id: str, text: str) -> dict[str, Customer]:
        if not text:
            return {}
        found = find_customers(
            *(company_id, text, Window(0, MAX_PEOPLE), None),
            customers=self.customers,
            jobs=self.jobs,
            links=self.links,
        ).results
        return {customer.id: customer for customer in found}

    def _links(self, company_id: str, text: str, customers: Mapping[str, Customer]) -> Iterable[Link]:
        return (
            link
            for link in self.links.all(company_id)
            if not link.is_vacant and (link.customer_id in customers or source_user_id_of(link.user_key) == text)
        )

    def _issues(self, company_id: str) -> Mapping[str, Issue]:
        completed = last_completed(company_id, self.jobs)
        found = self.issues.list(company_id, completed.id, _ALL) if completed else []
        return {issue.key: issue for issue in found}

    def _roster(
        self, company_id: str, head: RosterHead | None, keys: Mapping[bytes, str]
    ) -> tuple[set[str], Mapping[str, bytes]]:
        """Of these users, by the hashes of their keys: those in the last list, and the entries of those missing."""
        if head is None:
            return set(), {}
        pages = self.rosters.pages(company_id, head.slot, head.pages)
        entries = (entry for page in pages for entry in entries_of(page.entries, ENTRY_BYTES))
        listed = {keys[entry[:HASH_BYTES]] for entry in entries if entry[:HASH_BYTES] in keys}
        parts = self.rosters.missing(company_id, head.slot, head.missing_parts)
        gone = (entry for part in parts for entry in entries_of(part, MISSING_BYTES))
        return listed, {keys[entry[:HASH_BYTES]]: entry for entry in gone if entry[:HASH_BYTES] in keys}
