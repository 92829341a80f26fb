"""A state machine for hypothesis: syncs, failures and changes of every kind at random, on the real sync engine."""

from dataclasses import dataclass

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bokabridge.usersync.job import JobStatus
from tests.data import COMPANY_ID
from tests.property.sync_invariants import SyncInvariants
from tests.property.sync_log import snapshot
from tests.property.sync_processes import FAULTS, Fault, Meanwhile
from tests.property.sync_source import CHANGES, ENDLESS, FIRST_NAMES
from tests.property.sync_world import EVENTS, Event

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
kinds = st.tuples(st.booleans(), st.sampled_from([False, False, True]), st.none() | whos)
"""Whether a job is forced, whether it is a preview, and whom alone it is for."""
waits = st.sampled_from([1, 3, 130, QUIET_SECONDS])


@dataclass(frozen=True)
class Attempt:
    """One invocation of a run's worker, after so many seconds."""

    seconds: int
    pages: int
    fault: Fault | None
    meanwhile: Meanwhile | None


attempts = st.builds(Attempt, waits, st.integers(1, 4), faults, st.none() | hold_ups)


class SyncMachine(SyncInvariants, RuleBasedStateMachine):
    """The events in the world, and what holds after each of them."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        SyncInvariants.__init__(self)

    # The events.

    @initialize(pages=numbers, fault=faults)
    def a_first_sync(self, pages: int, fault: Fault | None) -> None:
        self.start()
        self.work(0, pages + 1, fault)

    @rule(request=st.sampled_from(["start", "close", "broken run", "read", "cancel"]), back=backs, fault=faults)
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
            case "cancel":
                self.cancel(back, fault)

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

    @rule(
        before=st.lists(changes, max_size=3),
        seconds=waits,
        attempts=st.lists(attempts, min_size=1, max_size=4),
        kind=kinds,
    )
    def a_disturbed_run(
        self, before: list[Event], seconds: int, attempts: list[Attempt], kind: tuple[bool, bool, int | None]
    ) -> None:
        """Its list has changed before. The workflow calls the worker again, at once or after a while."""
        for event in before:
            self.happen(event)
        self.pass_time(seconds)
        is_forced, is_preview, only = kind
        only_user_id = None if only is None else self.system.user_id(only)
        self.start(is_forced=is_forced, is_preview=is_preview, only_user_id=only_user_id)
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
        self.sync(is_forced=True)
        self.happen((change, who, number))
        before = snapshot(self.all_customers())
        job_id = self.start()
        self.work(0, 5, fault)
        self.pass_time(130)
        self.work(0, 5)
        self.close(0)
        job = self.stores.jobs.find(COMPANY_ID, job_id) if job_id else None
        if job and job.status is JobStatus.Completed:
            self.log_is_true(before, job)

    @rule(change=st.sampled_from(["rename", "phone"]), who=whos, number=numbers, at=st.integers(3, 5), call=calls)
    def a_write_arrives_after_its_worker_died(self, change: str, who: int, number: int, at: int, call: int) -> None:
        """The worker had its write sent 2 s before its end. The next one is called 3 s later, and is held up."""
        self.pass_time(QUIET_SECONDS)
        self.sync(is_forced=True)
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
            self.sync(is_forced=True)
            self.happen(event)

    @rule(before=st.lists(changes, max_size=3), is_quiet=st.booleans())
    def a_preview_and_the_run_that_it_foretells(self, before: list[Event], is_quiet: bool) -> None:
        """Also right after a disturbed run, when neither can trust the roster."""
        self.pass_time(QUIET_SECONDS)
        if is_quiet:
            self.sync(is_forced=True)
        for event in before:
            self.happen(event)
        self.pass_time(QUIET_SECONDS)
        self.foretell()

    @rule(
        before=st.lists(changes, max_size=3),
        people=st.lists(whos, min_size=1, max_size=3),
        later=st.lists(changes, max_size=2),
        is_trusted=st.booleans(),
    )
    def single_people_now(self, before: list[Event], people: list[int], later: list[Event], is_trusted: bool) -> None:
        """What their jobs wrote may have changed again before the next sync."""
        self.pass_time(QUIET_SECONDS)
        if is_trusted:
            self.sync(is_forced=True)
        for event in before:
            self.happen(event)
        self.pass_time(QUIET_SECONDS)
        for who in people:
            self.sync_person(who)
        for event in later:
            self.happen(event)
        job = self.sync(is_forced=True)
        if job and job.status is JobStatus.Completed:
            self.customers_equal_the_source(job)

    @rule(before=st.lists(changes, max_size=4), call=st.integers(1, 30), pages=st.integers(1, 4))
    def a_cancelled_run(self, before: list[Event], call: int, pages: int) -> None:
        """It is cancelled while a worker runs, or between two workers."""
        self.pass_time(QUIET_SECONDS)
        self.sync(is_forced=True)
        for event in before:
            self.happen(event)
        self.cancelled_sync(call, pages)

    @rule(before=st.lists(changes, max_size=3), days=numbers)
    def days_pass(self, before: list[Event], days: int) -> None:
        for event in before:
            self.happen(event)
        self.happen(("days", 0, days))
        self.pass_time(QUIET_SECONDS)
        self.sync(is_forced=True)

    @rule(who=whos)
    def somebody_hides_a_customer(self, who: int) -> None:
        self.happen(("hide", who, 0))

    @rule(number=st.integers(0, len(ENDLESS) - 1))
    def a_list_without_end(self, number: int) -> None:
        self.pass_time(QUIET_SECONDS)  # a write of a dead worker may be on its way
        self.endless_sync(number)

    # The invariants.

    @invariant()
    def nothing_went_wrong_in_the_middle_of_an_event(self) -> None:
        assert self.violations == []

    @invariant()
    def nothing_is_wrong(self) -> None:
        self.all_invariants()

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
        self.pass_time(3 * 86_400)  # so that it is decided about everybody who is missing now
        first = self.undisturbed(is_forced=True)
        self.customers_are_counted()
        self.customers_equal_the_source(first)
        before = (self.written.customers, self.written.links)
        second, third = self.undisturbed(), self.undisturbed()
        assert (self.written.customers, self.written.links) == before, "an undisturbed sync wrote without a change"
        for again in (second, third):
            assert again.counters is not None
            assert again.counters.created + again.counters.updated == 0, "something else than unchanged"
            assert again.missing == first.missing, "other people are missing than before"
            assert self.skipped(again) == self.skipped(first), "doubles are reported in another way"
        self.nothing_went_wrong_in_the_middle_of_an_event()
