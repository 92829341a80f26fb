"""What holds in the sync engine's state machine, at every moment and after an undisturbed sync."""

from bokabridge.paging import Window
from bokabridge.usersync.changes import ChangeKind, PersonChange
from bokabridge.usersync.history import Outcome, list_changes
from bokabridge.usersync.job import Counters, JobStatus, SyncJob
from bokabridge.usersync.link import user_key
from bokabridge.usersync.plan import AMBIGUOUS
from tests.data import COMPANY_ID
from tests.property.sync_log import Values, restored, snapshot, untold
from tests.property.sync_processes import Meanwhile
from tests.property.sync_source import WHO
from tests.property.sync_world import MAX_PAGES, SyncWorld

WRITTEN = (ChangeKind.Create, ChangeKind.Adopt, ChangeKind.Update, ChangeKind.Reactivate)
"""The kinds of change that the counters count."""


class SyncInvariants(SyncWorld):
    """The world, and what holds in it. Each check raises AssertionError."""

    def __init__(self) -> None:
        SyncWorld.__init__(self)
        self.identities: dict[str, int] = {}
        self.final: dict[str, SyncJob] = {}

    def sync(
        self, *, is_preview: bool = False, is_forced: bool = False, only_user_id: str | None = None
    ) -> SyncJob | None:
        before = snapshot(self.all_customers())
        job = super().sync(is_preview=is_preview, is_forced=is_forced, only_user_id=only_user_id)
        if is_preview:
            assert snapshot(self.all_customers()) == before, "a preview has changed customers"
        else:
            self.log_is_true(before, job)
        return job

    def foretell(self) -> None:
        """A preview says what the next undisturbed run does, and whether it would be held back."""
        day = self.now.date()
        planned = self.sync(is_preview=True)
        held = self.sync() if planned and planned.held_reason else None
        done = self.sync(is_forced=True) if planned else None
        if planned is None or done is None or not planned.is_drained or self.now.date() != day:
            return
        if held:
            assert held.status is JobStatus.Failed, "a run was not held back although its preview said so"
            assert held.held_from == planned.held_from, "a run was held back at another page than its preview said"
        else:
            assert done.counters == planned.counters, "a run counted otherwise than its preview"
            assert self._logged(done) == self._logged(planned), "a run did something else than its preview said"

    def sync_and_undo(self, *, edits: tuple[int, int] | None = None) -> None:
        """An undo of an undisturbed run restores the customers, and its preview changes nothing."""
        before = snapshot(self.all_customers())
        run = self.sync(is_forced=True)
        if run is None:
            return
        created = {each.customer_id for each in self._logged(run) if each.kind is ChangeKind.Create}
        written = snapshot(self.all_customers())
        if edits:
            self.edit_by_hand(*edits)
        after = snapshot(self.all_customers())
        planned = self.undo(0, is_preview=True)
        assert snapshot(self.all_customers()) == after, "a preview of an undo has changed customers"
        undone = self.undo(1)
        assert planned is not None, "a preview of an undo was refused"
        assert undone is not None, "an undo was refused"
        assert undone.status is JobStatus.Completed, f"an undisturbed undo failed: {undone.error}"
        assert undone.counters == planned.counters, "an undo counted otherwise than its preview"
        assert self._logged(undone) == self._logged(planned), "an undo did something else than its preview said"
        self.log_is_true(after, undone)
        expected = restored(before, written, after, created)
        assert snapshot(self.all_customers()) == expected, "an undo has not restored the customers"

    def cancelled_sync(self, call: int, pages: int) -> None:
        """A cancelled job ends as such, frees the lock and leaves no half-written person."""
        before = snapshot(self.all_customers())
        job_id = self.start(is_forced=True)
        if job_id is None:
            return
        self.work(0, pages, None, Meanwhile(call, 1, (("cancel", 0, 0),)))
        is_cancelled = self.cancel(0)
        run = self.runs[job_id]
        if run.failure or run.is_done:
            self.close(0)
        job = self.stores.jobs.find(COMPANY_ID, job_id)
        assert job.status.is_final or not is_cancelled, "a cancelled job goes on"
        if job.cancelled_by:
            assert job.status is JobStatus.Failed, "a cancelled job did not fail"
            assert job.error.startswith("Cancelled by admin"), "a cancelled job does not say so"
            self.log_is_true(before, job)
            assert not self.settings().is_active or self.start() is not None, "a cancelled job keeps the lock"
            self.close(0, "The run was aborted.")

    def sync_person(self, who: int) -> None:
        """An undisturbed job for one person changes this person's customer only, which then is as the source says."""
        system, user_id = self.system, self.system.user_id(who)
        before, records = snapshot(self.all_customers()), [each for each in system.entries() if each.who == who]
        job = self.sync(only_user_id=user_id)
        if job is None:
            return
        assert job.status is JobStatus.Completed, f"an undisturbed job for one person failed: {job.error}"
        assert job.counters, "a completed job has no counters"
        assert job.counters.found == bool(records), "a person was found, and is not in the list, or was not, and is"
        link = self.stores.links.existing(COMPANY_ID, [key := user_key(self.settings().connection.system, user_id)])
        after = snapshot(self.all_customers())
        changed = {each for each in after.keys() | before.keys() if after.get(each) != before.get(each)}
        assert changed <= {found.customer_id for found in link.values()}, "a job for one person changed somebody else"
        if job.counters.found and not job.counters.skipped:
            (customer,) = [each for each in self.all_customers() if each.id == link[key].customer_id]
            written = customer.person.written().items()
            assert any(person.written().items() <= written for person in system.usable()[who]), (
                "a person is not written"
            )

    def _logged(self, job: SyncJob) -> list[PersonChange]:
        return [each.change for each in self.stores.changes.of_job(COMPANY_ID, job.id)]

    def log_is_true(self, before: Values, job: SyncJob | None) -> None:
        """The job's log tells how the customers came from `before` to what they are. No other job wrote meanwhile."""
        window, log = Window(0, 1000), self.stores.changes
        past = list_changes(job, list(ChangeKind), window, changes=log, now=self.now) if job else []
        changes = [each.change for each in past if each.outcome is Outcome.Done]
        assert untold(before, changes, snapshot(self.all_customers())) == ""
        counted = (job and job.counters) or Counters()
        kinds = [change.kind for change in changes]
        assert kinds.count(ChangeKind.Create) == counted.created, "other creations are logged than counted"
        is_undo = job is not None and job.undoes is not None
        written = len(kinds) if is_undo else sum(kind in WRITTEN for kind in kinds)
        assert written == counted.created + counted.updated, "other changes are logged than counted"

    def check_now(self) -> None:
        try:
            self.all_invariants()
        except AssertionError as error:
            self.violations.append(str(error))

    def all_invariants(self) -> None:
        self.nobody_becomes_somebody_else()
        self.nobody_has_two_customers_of_one_user()
        noticed = self.noticed()
        assert noticed == (["SyncFailed", "SyncRecovered"] * len(noticed))[: len(noticed)], "a notice is out of turn"
        for job in self.all_jobs():
            self._check_job(job)

    def nobody_becomes_somebody_else(self) -> None:
        for customer in self.all_customers():
            who = self.identities.setdefault(customer.id, WHO[customer.person.first_name])
            assert who == WHO[customer.person.first_name], "a customer became somebody else"
            assert self.source.histories.knows(customer.person), "a customer has what its person never had"

    def nobody_has_two_customers_of_one_user(self) -> None:
        for customers in self.written.created.values():
            assert len(customers) <= 1, "a second customer was created for the same user of the same system"

    def _check_job(self, job: SyncJob) -> None:
        counted = job.counters or Counters()
        outcomes = counted.created + counted.updated + counted.unchanged + counted.skipped + counted.held
        assert counted.found == outcomes, "the counters do not add up"
        assert not (job.is_preview and counted.held), "a preview holds nobody back"
        assert job.pages_committed < MAX_PAGES, "a run does not end"
        assert self.final.get(job.id, job) == job, "a final job was changed"
        if job.status.is_final:
            self.final[job.id] = job
        if job.status is JobStatus.Completed:
            assert job.is_drained, "Completed, but not all pages are committed"
        assert len(self.skipped(job)) <= counted.skipped, "a record is reported as skipped, and not counted"

    # After an undisturbed sync.

    def undisturbed(self, *, is_forced: bool = False) -> SyncJob:
        job = self.sync(is_forced=is_forced)
        self.all_invariants()
        assert job is not None, "an undisturbed start was refused"
        assert job.status is JobStatus.Completed, f"an undisturbed sync failed: {job.error}"
        assert len(self.noticed()) % 2 == 0, "nobody learned that syncs work again"
        assert job.counters is not None
        assert job.counters.found == len(self.system.entries()), "not all records were found"
        return job

    def skipped(self, job: SyncJob) -> list[tuple[str, str]]:
        issues = self.stores.issues.list(COMPANY_ID, job.id, Window(0, 1000))
        return [(issue.key, issue.reason) for issue in issues if issue.skipped]

    def customers_are_counted(self) -> None:
        headcount = self.stores.jobs.headcount(COMPANY_ID)
        assert headcount.customers == len(self.all_customers()), "the stored number of customers is wrong after a sync"

    def customers_equal_the_source(self, job: SyncJob) -> None:
        """Everybody with a usable record has a customer, unless the job says that several may be this person's."""
        customers = {customer.id: customer for customer in self.all_customers()}
        broken = {self.system.user_id(entry.who) for entry in self.system.entries() if entry.is_broken}
        skipped = self.skipped(job)
        ambiguous = {key for key, reason in skipped if reason == AMBIGUOUS}
        hidden = {key for key, _ in skipped if key in broken}  # a broken record of a later page replaces the reason
        system = self.settings().connection.system
        linked = []
        for who, wanted in self.system.usable().items():
            key = user_key(system, self.system.user_id(who))
            link = self.stores.links.existing(COMPANY_ID, [key]).get(key)
            if self.system.user_id(who) in ambiguous:
                assert link is None or link.is_vacant, "ambiguous, but linked"
                continue
            if (link is None or link.is_vacant) and self.system.user_id(who) in hidden:
                continue
            assert link is not None, "a person has no customer"
            assert not link.is_vacant, "a person's link leads to no customer"
            linked.append(link.customer_id)
            customer = customers[link.customer_id]
            written = customer.person.written().items()
            is_shown = customer.is_visible or customer.id in self.hidden_by_hand
            assert is_shown, "a person is in the list, and a sync has made the customer inactive"
            assert any(person.written().items() <= written for person in wanted), "a customer is not as the source says"
        assert len(set(linked)) == len(linked), "two people share one customer"
