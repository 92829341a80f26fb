"""A state machine for hypothesis: syncs, failures and changes of every kind at random, on the real sync engine."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bokabridge.paging import Window
from bokabridge.usersync.job import Counters, JobStatus, SyncJob
from bokabridge.usersync.link import user_key
from bokabridge.usersync.plan import AMBIGUOUS
from tests.data import COMPANY_ID
from tests.property.sync_processes import FAULTS, Fault, Meanwhile
from tests.property.sync_source import CHANGES, ENDLESS, FIRST_NAMES, WHO
from tests.property.sync_world import EVENTS, MAX_PAGES, Event, SyncWorld

QUIET_SECONDS = 450
"""After this time without a sync, no lease is live and no worker is alive."""

whos = st.integers(0, len(FIRST_NAMES) - 1)
numbers = st.integers(0, 3)
backs = st.sampled_from([0, 0, 1])
one_fault = st.tuples(st.integers(1, 10), st.sampled_from(FAULTS))
faults = st.none() | one_fault
changes = st.tuples(st.sampled_from(CHANGES), whos, numbers)
events = st.tuples(st.sampled_from(EVENTS), whos, numbers)
calls = st.integers(2, 12)
hold_ups = st.builds(
    Meanwhile, calls, st.sampled_from([0, 30, 118, 130, 310]), st.lists(events, min_size=1, max_size=3)
)
waits = st.sampled_from([1, 3, 130, QUIET_SECONDS])


@dataclass(frozen=True)
class Attempt:
    """One invocation of a run's worker, after so many seconds."""

    seconds: int
    pages: int
    fault: Fault | None
    meanwhile: Meanwhile | None


attempts = st.builds(Attempt, waits, st.integers(1, 4), faults, st.none() | hold_ups)


class SyncMachine(SyncWorld, RuleBasedStateMachine):
    """The events in the world, and what holds after each of them."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        SyncWorld.__init__(self)
        self.identities: dict[str, int] = {}
        self.final: dict[str, SyncJob] = {}

    def check_now(self) -> None:
        try:
            self.all_invariants()
        except AssertionError as error:
            self.violations.append(str(error))

    # The events.

    @initialize(pages=numbers, fault=faults)
    def a_first_sync(self, pages: int, fault: Fault | None) -> None:
        self.start()
        self.work(0, pages + 1, fault)

    @rule(request=st.sampled_from(["start", "close", "broken run", "read"]), back=backs, fault=faults)
    def request(self, request: str, back: int, fault: Fault | None) -> None:
        self.pass_time(1)
        match request:
            case "start":
                self.start(fault)
            case "close":
                self.close(back, fault=fault)
            case "broken run":
                self.close(back, "The run was aborted.", fault)
            case "read":
                self.read(back, fault)

    @rule(back=backs, attempt=attempts)
    def a_worker_is_called(self, back: int, attempt: Attempt) -> None:
        """Once more, or late: its run may be over."""
        self.pass_time(attempt.seconds)
        self.work(back, attempt.pages, attempt.fault, attempt.meanwhile)

    @rule(number=st.sampled_from([1, 2, 1, 2, 0]))
    def the_settings_change(self, number: int) -> None:
        self.happen(("settings", 0, number))

    @rule(who=whos, number=numbers)
    @precondition(lambda self: self.added_by_hand < 4)
    def somebody_adds_a_customer(self, who: int, number: int) -> None:
        self.happen(("by hand", who, number))

    @rule(before=st.lists(changes, max_size=3), seconds=waits, attempts=st.lists(attempts, min_size=1, max_size=4))
    def a_disturbed_run(self, before: list[Event], seconds: int, attempts: list[Attempt]) -> None:
        """Its list has changed before. The workflow calls the worker again, at once or after a while."""
        for event in before:
            self.happen(event)
        self.pass_time(seconds)
        self.start()
        for attempt in attempts:
            self.pass_time(attempt.seconds)
            self.work(0, attempt.pages, attempt.fault, attempt.meanwhile)
        self.close(0)

    @rule(before=st.lists(changes, max_size=3))
    def an_undisturbed_run(self, before: list[Event]) -> None:
        for event in before:
            self.happen(event)
        self.pass_time(QUIET_SECONDS)
        self.sync()

    @rule(change=st.sampled_from(["rename", "email", "phone"]), who=whos, number=numbers, fault=one_fault)
    def a_changed_person_meets_a_fault(self, change: str, who: int, number: int, fault: Fault) -> None:
        """Between two undisturbed runs, so that the engine has every reason to trust what it stored."""
        self.pass_time(QUIET_SECONDS)
        self.sync()
        self.happen((change, who, number))
        self.start()
        self.work(0, 5, fault)
        self.pass_time(130)
        self.work(0, 5)
        self.close(0)

    @rule(change=st.sampled_from(["rename", "phone"]), who=whos, number=numbers, at=st.integers(3, 5), call=calls)
    def a_write_arrives_after_its_worker_died(self, change: str, who: int, number: int, at: int, call: int) -> None:
        """The worker had its write sent 2 s before its end. The next one is called 3 s later, and is held up."""
        self.pass_time(QUIET_SECONDS)
        self.sync()
        self.happen((change, who, number))
        self.start()
        self.work(0, 5, (at, "crash, late write"), Meanwhile(4, 118, ()))
        self.pass_time(3)
        self.work(0, 5, None, Meanwhile(call, 2, ()))
        self.pass_time(QUIET_SECONDS)
        self.close(0)

    @rule(who=whos, number=numbers, change=changes)
    def somebody_is_listed_twice_for_a_while(self, who: int, number: int, change: Event) -> None:
        for event in (("double", who, number), change, ("leave", who, 0)):
            self.pass_time(QUIET_SECONDS)
            self.sync()
            self.happen(event)

    @rule(number=st.integers(0, len(ENDLESS) - 1))
    def a_list_without_end(self, number: int) -> None:
        self.endless_sync(number)

    # The invariants.

    @invariant()
    def nothing_went_wrong_in_the_middle_of_an_event(self) -> None:
        assert self.violations == []

    @invariant()
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
        assert counted.found == counted.created + counted.updated + counted.unchanged + counted.skipped, (
            "the counters do not add up"
        )
        assert job.pages_committed < MAX_PAGES, "a run does not end"
        assert self.final.get(job.id, job) == job, "a final job was changed"
        if job.status.is_final:
            self.final[job.id] = job
        if job.status is JobStatus.Completed:
            assert job.is_drained, "Completed, but not all pages are committed"
        assert len(self._skipped(job)) <= counted.skipped, "a record is reported as skipped, and not counted"

    # The end: everything recovers.

    def teardown(self) -> None:
        self.pass_time(QUIET_SECONDS)
        for back, _ in enumerate(self.all_jobs()):
            self.read(back)
        self.all_invariants()
        assert all(job.status.is_final for job in self.all_jobs()), "a job is not final although its time is over"
        self.change_settings(3 if self.system is self.source.systems["vaka:device-two"] else 1)
        if not self.system.entries():
            self.system.change("join", 0, 0)
        first = self._undisturbed()
        self._customers_are_counted()
        self._customers_equal_the_source(first)
        before = (self.written.customers, self.written.links)
        second, third = self._undisturbed(), self._undisturbed()
        assert (self.written.customers, self.written.links) == before, "an undisturbed sync wrote without a change"
        for again in (second, third):
            assert again.counters is not None
            assert again.counters.created + again.counters.updated == 0, "something else than unchanged"
            assert again.missing == first.missing, "other people are missing than before"
            assert self._skipped(again) == self._skipped(first), "doubles are reported in another way"
        self.nothing_went_wrong_in_the_middle_of_an_event()

    def _undisturbed(self) -> SyncJob:
        job = self.sync()
        self.all_invariants()
        assert job is not None, "an undisturbed start was refused"
        assert job.status is JobStatus.Completed, f"an undisturbed sync failed: {job.error}"
        assert len(self.noticed()) % 2 == 0, "nobody learned that syncs work again"
        assert job.counters is not None
        assert job.counters.found == len(self.system.entries()), "not all records were found"
        return job

    def _skipped(self, job: SyncJob) -> list[tuple[str, str]]:
        issues = self.stores.issues.list(COMPANY_ID, job.id, Window(0, 1000))
        return [(issue.key, issue.reason) for issue in issues if issue.skipped]

    def _customers_are_counted(self) -> None:
        headcount = self.stores.jobs.headcount(COMPANY_ID)
        assert headcount.customers == len(self.all_customers()), "the stored number of customers is wrong after a sync"

    def _customers_equal_the_source(self, job: SyncJob) -> None:
        """Everybody with a usable record has a customer, unless the job says that several may be this person's."""
        customers = {customer.id: customer.person for customer in self.all_customers()}
        ambiguous = {key for key, reason in self._skipped(job) if reason == AMBIGUOUS}
        system = self.settings().connection.system
        linked = []
        for who, wanted in self.system.usable().items():
            key = user_key(system, self.system.user_id(who))
            link = self.stores.links.existing(COMPANY_ID, [key]).get(key)
            if self.system.user_id(who) in ambiguous:
                assert link is None or link.is_vacant, "ambiguous, but linked"
                continue
            assert link is not None, "a person has no customer"
            assert not link.is_vacant, "a person's link leads to no customer"
            linked.append(link.customer_id)
            written = customers[link.customer_id].written().items()
            assert any(person.written().items() <= written for person in wanted), "a customer is not as the source says"
        assert len(set(linked)) == len(linked), "two people share one customer"
