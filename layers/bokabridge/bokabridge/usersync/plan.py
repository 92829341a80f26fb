"""The plan of one page: what shall happen to each record. A pure function from values to a value.

Counting survives crashes because a link remembers which job and page last wrote it: when a page is run again, what its
first run did already is counted as done and not done again.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bokabridge import ids
from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.customers.ports import Owners
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.job import Counters
from bokabridge.usersync.link import Link
from bokabridge.usersync.normalise import normalise
from bokabridge.usersync.people import AxemaUser, Issue, Person, Record


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that can become a customer."""

    user_id: str
    person: Person


@dataclass(slots=True)
class NormalisedPage:
    """A page after the mapping: who can become a customer, and what was wrong with the others."""

    found: int = 0
    candidates: list[Candidate] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Equal for two pages exactly when they have the same people with the same content, in the same order."""
        people = (f"{candidate.user_id} {candidate.person.content_hash}" for candidate in self.candidates)
        return hashlib.sha256("\n".join(people).encode()).hexdigest()


@dataclass(slots=True)
class Plan:
    """What to write, and what the page counts for once it is written."""

    writes: list[CustomerWrite]
    links: list[Link]
    issues: list[Issue]
    counters: Counters


def normalise_page(records: Sequence[Record], page_number: int, name_order: NameOrder) -> NormalisedPage:
    """Maps every record; the bad ones, and a user's second appearance on the page, become issues."""
    page = NormalisedPage(found=len(records))
    seen: set[str] = set()
    for place, record in enumerate(records, start=1):
        if not isinstance(record, AxemaUser):
            key = record.id or f"page {page_number + 1}, record {place}"
            page.issues.append(Issue(key, record.reason, skipped=True))
            continue
        if record.id in seen:
            page.issues.append(_appears_twice(record.id))
            continue
        seen.add(record.id)
        result = normalise(record, name_order)
        skipped = result.person is None
        if result.remarks:
            page.issues.append(Issue(record.id, " ".join(result.remarks), skipped))
        if result.person is not None:
            page.candidates.append(Candidate(record.id, result.person))
    return page


def plan_known_page(page: NormalisedPage) -> Plan:
    """The plan of a page on which nobody has changed since the last sync."""
    skipped = sum(issue.skipped for issue in page.issues)
    counters = Counters(found=page.found, unchanged=len(page.candidates), skipped=skipped)
    return Plan(writes=[], links=[], issues=page.issues, counters=counters)


def plan_page(
    company_id: str,
    job_id: str,
    page_number: int,
    page: NormalisedPage,
    links: Mapping[str, Link],
    owners_by_email: Mapping[str, Owners],
) -> Plan:
    """Decides between create, adopt, update, unchanged and skip for every candidate of a page.

    `links` are the existing links by Axema user id; `owners_by_email` as CustomerDirectory gives it.
    """
    plan = Plan(writes=[], links=[], issues=list(page.issues), counters=Counters())
    created = updated = unchanged = 0
    adopted: set[str] = set()
    for candidate in page.candidates:
        link = links.get(candidate.user_id)
        seen_in_this_job = link is not None and link.changed_by == job_id
        if link is not None and seen_in_this_job and link.changed_on_page != page_number:
            plan.issues.append(_appears_twice(candidate.user_id))
            continue
        is_written = link is not None and link.content_hash == candidate.person.content_hash
        if link is not None and is_written and not seen_in_this_job:
            unchanged += 1
            continue

        change, customer_id = _decide(company_id, candidate, link, owners_by_email, adopted)
        was_created = link.created if link is not None and seen_in_this_job else change is Change.Create
        created += was_created
        updated += not was_created
        if not is_written:
            plan.writes.append(_write(change, customer_id, candidate))
            plan.links.append(
                Link(
                    axema_user_id=candidate.user_id,
                    customer_id=customer_id,
                    content_hash=candidate.person.content_hash,
                    changed_by=job_id,
                    changed_on_page=page_number,
                    created=was_created,
                )
            )
    skipped = sum(issue.skipped for issue in plan.issues)
    plan.counters = Counters(page.found, created, updated, unchanged, skipped)
    return plan


def _decide(
    company_id: str,
    candidate: Candidate,
    link: Link | None,
    owners_by_email: Mapping[str, Owners],
    adopted: set[str],
) -> tuple[Change, str]:
    """What to do, and to which customer: the linked one, the one to adopt, or a new one."""
    if link is not None:
        return Change.Update, link.customer_id
    owners = owners_by_email.get(candidate.person.email or "", {})
    own = [customer for customer, owner in owners.items() if owner == candidate.user_id]
    unlinked = [customer for customer, owner in owners.items() if owner is None]
    # `own` is an adoption whose link was lost in a crash. Several unlinked ones are ambiguous: adopting the wrong
    # person's customer is worse than a double.
    for customers in (own, unlinked):
        if len(customers) == 1 and customers[0] not in adopted:
            adopted.add(customers[0])
            return Change.Adopt, customers[0]
    return Change.Create, ids.customer_id(company_id, candidate.user_id)


def _write(change: Change, customer_id: str, candidate: Candidate) -> CustomerWrite:
    person = candidate.person
    return CustomerWrite(
        change, customer_id, candidate.user_id, person.first_name, person.last_name, person.email, person.phone
    )


def _appears_twice(user_id: str) -> Issue:
    return Issue(user_id, "The user appears more than once in Axema's answer.", skipped=True)
