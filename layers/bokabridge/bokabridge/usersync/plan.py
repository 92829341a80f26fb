"""The plan of one page: an action for each record. Pure functions from values to values.

Counters survive crashes because a link records which job and page last wrote it. If a page is run again after a crash,
the records that its first run wrote are counted, but not written again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from bokabridge import ids
from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.ports import Owners
from bokabridge.usersync.job import Counters, SyncJob
from bokabridge.usersync.link import Link
from bokabridge.usersync.normalise import Candidate, NormalisedPage, appears_twice
from bokabridge.usersync.people import Issue


@dataclass(frozen=True, slots=True)
class Skip:
    """Leave the record out, and report why."""

    outcome: ClassVar = "skipped"
    issue: Issue


@dataclass(frozen=True, slots=True)
class Unchanged:
    """Do nothing, because the customer is as an earlier sync wrote it."""

    outcome: ClassVar = "unchanged"
    source_user_id: str


@dataclass(frozen=True, slots=True)
class Write:
    """Write the customer, then the link.

    `is_done` is True if an earlier run of the same page wrote both. Then only the counters are left to update.
    """

    customer: CustomerWrite
    link: Link
    is_done: bool = False

    @property
    def outcome(self) -> str:
        """The counter of this action."""
        return "created" if self.link.created else "updated"


Action = Skip | Unchanged | Write
"""What to do with one record. `outcome` is the name of the counter that the record adds to."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One action for each record of a page, in the page's order. Making a plan changes nothing; see apply.py.

    `remarks` are issues of records that become customers.
    """

    actions: tuple[Action, ...]
    remarks: tuple[Issue, ...]

    @property
    def writes(self) -> list[CustomerWrite]:
        """The changes to customers that are left to apply."""
        return [action.customer for action in self._open_writes()]

    @property
    def links(self) -> list[Link]:
        """The links that are left to save."""
        return [action.link for action in self._open_writes()]

    @property
    def issues(self) -> list[Issue]:
        """The issues to report. A skip comes after a remark on the same user, and so replaces it in the store."""
        return [*self.remarks, *(action.issue for action in self.actions if isinstance(action, Skip))]

    @property
    def counters(self) -> Counters:
        """The number of actions, and of actions with each outcome."""
        return Counters(found=len(self.actions), **Counter(action.outcome for action in self.actions))

    def _open_writes(self) -> Iterable[Write]:
        return (action for action in self.actions if isinstance(action, Write) and not action.is_done)


def plan_unchanged_page(page: NormalisedPage) -> Plan:
    """The plan of a page on which all people are as the previous sync left them."""
    return Plan(
        tuple(
            Skip(record) if isinstance(record, Issue) else Unchanged(record.source_user_id) for record in page.records
        ),
        page.remarks,
    )


def plan_page(
    job: SyncJob, page: NormalisedPage, links: Mapping[str, Link], owners_by_email: Mapping[str, Owners]
) -> Plan:
    """The plan of the job's current page.

    `links` are the existing links by source user id. `owners_by_email` comes from the CustomerDirectory and covers the
    e-mails of the candidates without a link.
    """
    unlinked = (candidate for candidate in page.candidates if candidate.source_user_id not in links)
    adoptions = _adoptions(unlinked, owners_by_email)
    return Plan(tuple(decide(job, record, links, adoptions) for record in page.records), page.remarks)


def decide(job: SyncJob, record: Candidate | Issue, links: Mapping[str, Link], adoptions: Mapping[str, str]) -> Action:
    """The action for one record of the job's current page.

    `links` are the existing links and `adoptions` the ids of the customers to adopt, both by source user id.
    """
    if isinstance(record, Issue):
        return Skip(record)
    link = links.get(record.source_user_id)
    if link is None:
        adopted = adoptions.get(record.source_user_id)
        if adopted:
            return _write(job, record, Change.Adopt, adopted, created=False)
        customer_id = ids.customer_id(job.company_id, record.source_user_id)
        return _write(job, record, Change.Create, customer_id, created=True)
    is_written_by_this_job = link.changed_by == job.id
    if is_written_by_this_job and link.changed_on_page_index != job.page_index:
        return Skip(appears_twice(record.source_user_id))
    is_current = link.content_hash == record.person.content_hash
    if is_current and not is_written_by_this_job:
        return Unchanged(record.source_user_id)
    created = is_written_by_this_job and link.created
    return _write(job, record, Change.Update, link.customer_id, created=created, is_done=is_current)


def _adoptions(unlinked: Iterable[Candidate], owners_by_email: Mapping[str, Owners]) -> dict[str, str]:
    """The ids of the customers to adopt, by source user id. No two users adopt the same customer."""
    adopters: dict[str, str] = {}
    for candidate in unlinked:
        owners = owners_by_email.get(candidate.person.email or "", {})
        already_adopted = [customer for customer, owner in owners.items() if owner == candidate.source_user_id]
        available = [customer for customer, owner in owners.items() if owner is None]
        # A crash may have lost the link of a customer that this user has adopted already. Several available customers
        # are ambiguous: adopting another person's customer is worse than creating a duplicate.
        for customers in (already_adopted, available):
            if len(customers) == 1 and customers[0] not in adopters:
                adopters[customers[0]] = candidate.source_user_id
                break
    return {source_user_id: customer_id for customer_id, source_user_id in adopters.items()}


def _write(
    job: SyncJob, candidate: Candidate, change: Change, customer_id: str, *, created: bool, is_done: bool = False
) -> Write:
    return Write(
        CustomerWrite(change, customer_id, candidate.source_user_id, candidate.person),
        Link(
            source_user_id=candidate.source_user_id,
            customer_id=customer_id,
            content_hash=candidate.person.content_hash,
            changed_by=job.id,
            changed_on_page_index=job.page_index,
            created=created,
        ),
        is_done,
    )
