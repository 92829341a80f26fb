"""Finding what the stores know about the people of a page who need a decision."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bokabridge.customers.model import Customer
from bokabridge.customers.ports import NOTHING_ADOPTABLE, Adoptable, CustomerDirectory
from bokabridge.usersync.actions import Listed, Write
from bokabridge.usersync.adopt import Known
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.link import Link, user_key
from bokabridge.usersync.normalised import NormalisedPage
from bokabridge.usersync.plan import Plan
from bokabridge.usersync.ports import LinkStore
from bokabridge.usersync.recognition import recognition_of
from bokabridge.usersync.roster import hash_of_key
from bokabridge.usersync.run import Run


@dataclass(frozen=True, slots=True)
class Finder:
    """Reads links, and the customers that people without a link may adopt."""

    links: LinkStore
    customers: CustomerDirectory

    def known(
        self, job: SyncJob, run: Run, page: NormalisedPage, people: Sequence[Listed], *, is_last_page: bool
    ) -> Known:
        """What is known about these people, who are on this page or waited for the last one."""
        # In a company's first sync there are no links, unless a worker died between its writes and its commit.
        may_have_links = people and (job.is_tainted or not run.is_first)
        found = self.links.existing(job.company_id, [each.user_key for each in people]) if may_have_links else {}
        new = [each for each in people if each.user_key not in found or found[each.user_key].is_vacant]
        relatives = self._relatives(job, run, new)
        # A plan only asks whether the users of relatives were found, and few pages have any.
        keys_here = {user_key(run.system, user_id) for user_id in page.source_user_ids} if relatives else set()
        linked = {link.customer_id for link in found.values() if not link.is_vacant}
        stored = None if run.is_trusted else self.customers.existing(job.company_id, linked) if linked else {}
        return Known(
            company_id=job.company_id,
            system=run.system,
            links=found,
            stored=stored,
            relatives=relatives,
            predecessors=self._predecessors(job, run, new),
            adoptable=self._adoptable(job, new),
            is_found=lambda key: key in keys_here or run.roster.has_found(hash_of_key(key)),
            is_last_page=is_last_page,
        )

    def before(self, job: SyncJob, plan: Plan, known: Known, earlier: Sequence[PersonChange]) -> Mapping[str, Customer]:
        """The customers that the plan writes and those of earlier changes, as they are now, if they exist.

        Customers that the plan creates are left out, because they do not exist yet.
        """
        writes = [action for action in plan.actions if isinstance(action, Write)]
        wanted = {each.customer.customer_id for each in writes if each.kind is not ChangeKind.Create}
        wanted |= {each.customer_id for each in earlier}
        stored = known.stored or {}
        unread = wanted - stored.keys()
        return {**stored, **(self.customers.existing(job.company_id, unread) if unread else {})}

    def _relatives(self, job: SyncJob, run: Run, new: Sequence[Listed]) -> Mapping[str, Sequence[Link]]:
        """A company's first sync has no relatives to find."""
        if run.is_first or not new:
            return {}
        recognitions = {recognition_of(job.company_id, each.candidate.person) for each in new}
        return self.links.relatives(job.company_id, {each for each in recognitions if each is not None})

    def _predecessors(self, job: SyncJob, run: Run, new: Sequence[Listed]) -> Mapping[str, Link]:
        """For people who cannot be recognised by their e-mail, the users with the same ids in the former system."""
        if run.head is None or not run.system_changed:
            return {}
        ids = [each.candidate.source_user_id for each in new if not each.candidate.person.email]
        keys = {user_key(run.head.system, source_user_id): source_user_id for source_user_id in ids}
        return {keys[key]: link for key, link in self.links.existing(job.company_id, list(keys)).items()}

    def _adoptable(self, job: SyncJob, new: Sequence[Listed]) -> Adoptable:
        if not new:
            return NOTHING_ADOPTABLE
        emails = {each.candidate.person.email for each in new}
        user_keys = [each.user_key for each in new]
        return self.customers.adoptable(job.company_id, {email for email in emails if email}, user_keys)
