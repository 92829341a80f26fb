"""A state machine for hypothesis: callers, reconcilers and a VOSS that fails at random, on the real ledger code."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageState
from tests.faulty_ledger import FAULTS as LEDGER_FAULTS
from tests.property.ledger_world import FAULTS, KEYS, PLACES, READ_BACKS, Crash, LedgerFault, LedgerWorld, Meanwhile

faults = st.sampled_from(FAULTS)
ledger_faults = st.none() | st.tuples(st.integers(0, 4), st.sampled_from(LEDGER_FAULTS), st.booleans())
meanwhiles = st.none() | st.builds(
    Meanwhile,
    st.sampled_from(PLACES),
    st.sampled_from([0, 9, 100]),
    st.sampled_from(["reconciler", "caller", "nobody"]),
    st.sampled_from(["lost response", "crash after the call", "ok", "5xx"]),
)
keys = st.sampled_from(KEYS)


class LedgerMachine(LedgerWorld, RuleBasedStateMachine):
    """The events in the world, and what holds after each of them."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        LedgerWorld.__init__(self)

    def check(self) -> None:
        self.final_records_are_true_and_never_change()

    # The events.

    @initialize(fault=st.sampled_from(["5xx", "lost response", "crash before the call", "slow"]), meanwhile=meanwhiles)
    def something_goes_wrong_at_once(self, fault: str, meanwhile: Meanwhile | None) -> None:
        self.request(KEYS[0], fault, meanwhile)

    @rule(key=keys, fault=faults, meanwhile=meanwhiles, read_back=st.sampled_from(READ_BACKS), ledger=ledger_faults)
    def request(
        self,
        key: str,
        fault: str,
        meanwhile: Meanwhile | None,
        read_back: str = "right",
        ledger: LedgerFault = None,
    ) -> None:
        self.key, self.fault, self.meanwhile, self.read_back = key, fault, meanwhile, read_back
        self.fail(ledger)
        with suppress(Crash):
            self.forward_key(key)
        self.end()

    @rule(
        seconds=st.sampled_from([100, 0, 700]),
        fault=faults,
        read_back=st.sampled_from(READ_BACKS),
        meanwhile=meanwhiles,
        ledger=ledger_faults,
    )
    def reconcile(
        self, seconds: int, fault: str, read_back: str, meanwhile: Meanwhile | None, ledger: LedgerFault
    ) -> None:
        self.pass_time(seconds)
        self.fault, self.read_back, self.meanwhile = fault, read_back, meanwhile
        self.fail(ledger)
        with suppress(Crash):
            self.run_reconciler()
        self.end()

    @rule(fault=faults)
    def two_reconcilers_at_once(self, fault: str) -> None:
        """Both read that VOSS does not have a usage. One is faster, and its POST meets with a fault."""
        self.pass_time(100)
        self.meanwhile = Meanwhile("read back", 0, "reconciler", fault)
        self.run_reconciler()
        self.meanwhile = None

    @rule(minutes=st.sampled_from([5, 20]), fault=faults)
    def the_read_back_stays_empty(self, minutes: int, fault: str) -> None:
        """VOSS lists nothing for a while, and every POST meets with the same fault."""
        for _ in range(minutes):
            self.pass_time(60)
            self.fault, self.read_back = fault, "empty"
            with suppress(Crash):
                self.run_reconciler()
        self.end()

    @rule(seconds=st.sampled_from([20, 61, 100]))
    def time_passes(self, seconds: int) -> None:
        self.pass_time(seconds)

    # The invariants.

    @invariant()
    def no_usage_is_billed_twice_unless_voss_denied_that_it_had_it(self) -> None:
        """The exception: VOSS billed without a clear answer, then said that it did not have the usage."""
        for usage in self.usages():
            lines = self.voss.bill.count(usage.id)
            assert lines <= 1 or usage.id in self.doubtful, "a second line on the bill"
            assert lines <= Timing().max_posts, "more lines than POSTs are allowed"

    @invariant()
    def a_usage_with_two_lines_never_counts_as_settled(self) -> None:
        for usage in self.usages():
            if self.voss.bill.count(usage.id) > 1:
                assert usage.state in (UsageState.Disputed, UsageState.Unknown, UsageState.Sending)

    @invariant()
    def nothing_went_wrong_in_the_middle_of_an_event(self) -> None:
        assert self.violations == []

    @invariant()
    def voss_receives_no_more_posts_than_allowed(self) -> None:
        assert all(count <= Timing().max_posts for count in self.received.values())

    @invariant()
    def final_records_are_true_and_never_change(self) -> None:
        usages = self.usages()
        for usage in usages:
            lines = self.voss.bill.count(usage.id)
            assert self.final.get(usage.id, usage) == usage, "a final record was changed"
            if usage.state is UsageState.Sent:
                assert lines == 1, "Sent, but not once on the bill"
            if usage.state is UsageState.Pending:
                assert lines == 0, "Pending, but on the bill"
            if usage.state is UsageState.Rejected:
                assert lines == 0 or usage.id in self.doubtful, "Rejected, but on the bill"
        final = (UsageState.Sent, UsageState.Rejected, UsageState.Disputed)
        self.final = {usage.id: usage for usage in usages if usage.state in final}

    def teardown(self) -> None:
        """VOSS recovers: every usage settles or is disputed, and every promise is kept."""
        self.faulty.recover()
        for _ in range(20):
            self.pass_time(60)
            self.run_reconciler()
        assert self.ledger.list_unsettled(100) == [], "a usage is still unsettled"
        self.final_records_are_true_and_never_change()
        for usage in self.usages():
            if usage.key in self.promised and usage.state not in (UsageState.Rejected, UsageState.Disputed):
                assert self.voss.bill.count(usage.id) == 1, "promised, but not on the bill"
        for usage in self.usages():
            self.forward_key(usage.key)
            if usage.state is UsageState.Pending:
                assert self.voss.bill.count(usage.id) == 1
            elif usage.state is not UsageState.Disputed:
                assert self.voss.bill.count(usage.id) <= 1
        self.no_usage_is_billed_twice_unless_voss_denied_that_it_had_it()
