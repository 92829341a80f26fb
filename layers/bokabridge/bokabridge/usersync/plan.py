"""The plan of one page: an action for each record. Pure functions from values to values.

Counters survive crashes because a link records which job last wrote it. If a page is run again after a crash, the
records that its first run wrote are counted, but not written again.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from bokabridge import ids
from bokabridge.customers.model import Change, CustomerWrite
from bokabridge.usersync.actions import Action, Defer, Listed, Skip, Unchanged, Write
from bokabridge.usersync.adopt import Choice, Known, Undecided, choose
from bokabridge.usersync.changes import ChangeKind
from bokabridge.usersync.job import Counters, SyncJob
from bokabridge.usersync.link import Link, user_key
from bokabridge.usersync.normalise import appears_twice
from bokabridge.usersync.normalised import AsBefore, Candidate, NormalisedPage
from bokabridge.usersync.people import Issue
from bokabridge.usersync.recognition import recognition_of
from bokabridge.usersync.roster import HASH_BYTES, UNDECIDED, UNKNOWN, Roster, RosterPage, hash_of_key

AMBIGUOUS = (
    "Several customers have this user's e-mail address and name, so the user was left out. "
    "Keep one of these customers, and remove the e-mail address from the others."
)


@dataclass(frozen=True, slots=True)
class Plan:
    """One action for each record of a page, in the page's order. Making a plan changes nothing; see apply.py.

    `remarks` are issues of records that become customers. `page` is what the page adds to the roster.
    """

    actions: tuple[Action, ...]
    remarks: tuple[Issue, ...]
    page: RosterPage

    @property
    def writes(self) -> list[Write]:
        """The customers and links that are left to write."""
        return [action for action in self.actions if isinstance(action, Write) and not action.is_done]

    @property
    def adopted(self) -> list[str]:
        """The ids of the customers that the page takes over."""
        writes = (action for action in self.actions if isinstance(action, Write))
        return [each.customer.customer_id for each in writes if each.kind is ChangeKind.Adopt or each.vacated]

    @property
    def deferred(self) -> list[Candidate]:
        """The people about whom the last page decides."""
        return [action.listed.candidate for action in self.actions if isinstance(action, Defer)]

    @property
    def issues(self) -> list[Issue]:
        """The issues to report. In the store, a later one replaces an earlier one on the same user.

        So a skip replaces a remark, the reason why a record was left out replaces that its user appeared twice, and the
        reason why a readable one was replaces that another record of the user is broken.
        """
        skips = [each for each in self.actions if isinstance(each, Skip)]
        skips.sort(key=lambda skip: (not skip.is_double, skip.issue.reason == AMBIGUOUS))
        return [*self.remarks, *(skip.issue for skip in skips)]

    @property
    def doubles(self) -> int:
        """The number of records of users who appeared before in this sync."""
        return sum(isinstance(action, Skip) and action.is_double for action in self.actions)

    @property
    def counters(self) -> Counters:
        """The number of decided actions, and of actions with each outcome."""
        outcomes = Counter(action.outcome for action in self.actions if not isinstance(action, Defer))
        return Counters(found=outcomes.total(), **outcomes)


NO_PLAN = Plan((), (), RosterPage(b""))


def first_look(system: str, page: NormalisedPage, roster: Roster) -> list[Skip | Unchanged | Listed]:
    """For each record of the page, the action if the roster is enough to choose it, or the person to decide about."""
    return [
        Skip(record, is_double=record == appears_twice(record.key))
        if isinstance(record, Issue)
        else _look_up(system, record, roster)
        for record in page.records
    ]


def listed_of(system: str, candidate: Candidate) -> Listed:
    """The person with key and entry."""
    key = user_key(system, candidate.source_user_id)
    return Listed(candidate, key, hash_of_key(key) + candidate.digest)


def _look_up(system: str, record: Candidate | AsBefore, roster: Roster) -> Skip | Unchanged | Listed:
    found = Unchanged(record.entry) if isinstance(record, AsBefore) else listed_of(system, record)
    if roster.has_seen(found.entry[:HASH_BYTES]):
        return Skip(appears_twice(record.source_user_id), is_double=True)
    return Unchanged(found.entry) if isinstance(found, Listed) and roster.has(found.entry) else found


def plan_page(
    job: SyncJob,
    page: NormalisedPage,
    looked_at: Iterable[Skip | Unchanged | Listed],
    known: Known,
    adopted: Collection[str] = (),
) -> Plan:
    """The plan of the job's current page, after a first look at the roster. `known` covers the people left.

    `adopted` has the customers that earlier pages adopted. The stores do not know that if those were not written.
    """
    taken = set(adopted)
    actions = tuple(_decide(job, each, known, taken) if isinstance(each, Listed) else each for each in looked_at)
    return Plan(actions, page.remarks, _roster_page(known.system, actions, page.unread))


def _decide(job: SyncJob, listed: Listed, known: Known, taken: set[str]) -> Action:
    """The action for one person. `taken` has the customers that this page has adopted so far, and gets one more."""
    link = known.links.get(listed.user_key)
    if link is None or link.is_vacant:
        return _first_write(job, listed, known, link, taken)
    if known.is_lost(link):
        return _write(job, listed, ChangeKind.Create, Change.Create, link.customer_id)
    if link.is_deactivated:
        return _write(job, listed, ChangeKind.Reactivate, Change.Update, link.customer_id)
    is_written_by_this_job = link.changed_by == job.id
    is_current = known.is_current(link, listed.candidate.person)
    if is_current and not is_written_by_this_job:
        return Unchanged(listed.entry)
    kind = ChangeKind.Create if is_written_by_this_job and link.created else ChangeKind.Update
    return _write(job, listed, kind, Change.Update, link.customer_id, is_done=is_current)


def _first_write(job: SyncJob, listed: Listed, known: Known, vacant: Link | None, taken: set[str]) -> Action:
    found = choose(listed.candidate, listed.user_key, known)
    if isinstance(found, Undecided):
        return Defer(listed)
    free = [choice for choice in found if choice.customer_id not in taken]
    if len({choice.customer_id for choice in free}) > 1:
        return Skip(Issue(listed.candidate.source_user_id, AMBIGUOUS, skipped=True))
    if free:
        return _adopt(job, listed, free[0], taken)
    customer_id = vacant.customer_id if vacant else ids.customer_id(job.company_id, listed.user_key)
    return _write(job, listed, ChangeKind.Create, Change.Create, customer_id)


def _adopt(job: SyncJob, listed: Listed, choice: Choice, taken: set[str]) -> Write:
    taken.add(choice.customer_id)
    change = Change.Update if choice.link or choice.is_own else Change.Adopt
    vacated = choice.link.vacated() if choice.link else None
    kind = ChangeKind.Reactivate if choice.link and choice.link.is_deactivated else ChangeKind.Adopt
    return _write(job, listed, kind, change, choice.customer_id, vacated=vacated)


def _write(
    job: SyncJob,
    listed: Listed,
    kind: ChangeKind,
    change: Change,
    customer_id: str,
    *,
    is_done: bool = False,
    vacated: Link | None = None,
) -> Write:
    person = listed.candidate.person
    link = Link(
        user_key=listed.user_key,
        customer_id=customer_id,
        content_hash=person.content_hash,
        changed_by=job.id,
        created=kind is ChangeKind.Create,
        recognition=recognition_of(job.company_id, person),
    )
    shows = kind is ChangeKind.Reactivate
    customer = CustomerWrite(change, customer_id, listed.candidate.source_user_id, person, listed.user_key, shows)
    return Write(kind, listed, customer, link, vacated, is_done)


def _roster_page(system: str, actions: Iterable[Action], unread: Iterable[str]) -> RosterPage:
    """What these actions add to the roster: the contents that are certainly stored once the plan is applied."""
    unknown = [user_key(system, source_user_id) for source_user_id in unread]
    entries, moved = [], []
    for action in actions:
        match action:
            case Unchanged(entry) | Write(listed=Listed(entry=entry)):
                entries.append(entry)
            case Defer(listed):
                entries.append(listed.entry[:HASH_BYTES] + UNDECIDED)
            case Skip(issue) if issue.reason == AMBIGUOUS:
                unknown.append(user_key(system, issue.key))
        if isinstance(action, Write) and action.vacated:
            moved.append(hash_of_key(action.vacated.user_key))
    entries += [hash_of_key(key) + UNKNOWN for key in unknown]
    return RosterPage(b"".join(entries), b"".join(moved))
