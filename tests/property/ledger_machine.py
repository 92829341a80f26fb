"""A state machine for hypothesis: callers, reconcilers and a VOSS that fails at random, on the real ledger code."""

from contextlib import suppress

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageState
from tests.faulty_ledger import FAULTS as LEDGER_FAULTS
from tests.property.ledger_world import FAULTS, KEYS, PLACES, READ_BACKS, Crash, LedgerFault, LedgerWorld, Meanwhile

faults = st.sampled_from(FAULTS)
ledger_faults = st.none() | st.tuples(st.integers(0, 4), st.sampled_from(LEDGER_FAULTS), st.booleans())
hold_ups = st.builds(
    Meanwhile,
    st.sampled_from(PLACES),
    st.sampled_from([0, 9, 100, 100]),
    st.sampled_from(["reconciler", "caller", "nobody"]),
    st.sampled_from(["lost response", "crash after the call", "ok", "5xx"]),
)
meanwhiles = st.none() | hold_ups
keys = st.sampled_from(KEYS)


class LedgerMachine(LedgerWorld, RuleBasedStateMachine):
    """The events in the world, and what holds after each of them."""

    def __init__(self) -> None:
        RuleBasedStateMachine.__init__(self)
        LedgerWorld.__init__(self)
        self.late_senders = 0

    def check(self) -> None:
        self.the_bill_and_the_records_agree()

    # The events.

    @initialize(
        fault=st.sampled_from(["5xx", "lost response", "crash before the call", "slow", "unreadable success", "ok"]),
        meanwhile=hold_ups,
    )
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

    @rule(fault=st.sampled_from(["ok", "unreadable success", "duplicate response", "5xx after billing"]))
    def a_sender_is_held_up_until_its_caller_gives_up(self, fault: str) -> None:
        """VOSS has answered, but the sender records that only after the caller's repetition has made it Unknown."""
        self.late_senders += 1
        self.request(f"late {self.late_senders}", fault, Meanwhile("posted", 100, "caller", "ok"))

    @rule(runs=st.sampled_from([2, 6]), fault=faults)
    def the_read_back_stays_empty(self, runs: int, fault: str) -> None:
        """VOSS lists nothing for a while, and every POST meets with the same fault."""
        for _ in range(runs):
            self.pass_time(200)
            self.fault, self.read_back = fault, "empty"
            with suppress(Crash):
                self.run_reconciler()
        self.end()

    @rule(seconds=st.sampled_from([20, 61, 100]))
    def time_passes(self, seconds: int) -> None:
        self.pass_time(seconds)

    # The invariants.

    @invariant()
    def the_bill_and_the_records_agree(self) -> None:
        usages = self.usages()
        for usage in usages:
            lines = self.voss.bill.count(usage.id)
            self._check_bill(usage, lines)
            self._check_record(usage, lines)
        final = (UsageState.Sent, UsageState.Rejected, UsageState.Disputed)
        self.final = {usage.id: usage for usage in usages if usage.state in final}

    def _check_bill(self, usage: Usage, lines: int) -> None:
        """The exception: VOSS billed without a clear answer, then said that it did not have the usage."""
        assert lines <= 1 or usage.id in self.doubtful, "a second line on the bill"
        assert lines <= Timing().max_posts, "more lines than POSTs are allowed"
        if lines > 1:
            assert usage.state in (UsageState.Disputed, UsageState.Unknown, UsageState.Sending), (
                "two lines, but settled"
            )

    def _check_record(self, usage: Usage, lines: int) -> None:
        assert self.final.get(usage.id, usage) == usage, "a final record was changed"
        if usage.state is UsageState.Sent:
            assert lines == 1, "Sent, but not once on the bill"
        if usage.state is UsageState.Pending:
            assert lines == 0, "Pending, but on the bill"
        if usage.state is UsageState.Rejected:
            assert lines == 0 or usage.id in self.doubtful, "Rejected, but on the bill"

    @invariant()
    def nothing_went_wrong_in_the_middle_of_an_event(self) -> None:
        assert self.violations == []

    @invariant()
    def voss_receives_no_more_posts_than_allowed(self) -> None:
        assert all(count <= Timing().max_posts for count in self.received.values())

    def teardown(self) -> None:
        """VOSS recovers: every usage settles or is disputed, and every promise is kept."""
        self.faulty.recover()
        for seconds in (100, 200, 400, 700, 100, 700):
            self.pass_time(seconds)
            self.run_reconciler()
        assert self.ledger.list_unsettled(100) == [], "a usage is still unsettled"
        self.the_bill_and_the_records_agree()
        for usage in self.usages():
            if usage.key in self.promised and usage.state not in (UsageState.Rejected, UsageState.Disputed):
                assert self.voss.bill.count(usage.id) == 1, "promised, but not on the bill"
        for usage in self.usages():
            self.forward_key(usage.key)
            if usage.state is UsageState.Pending:
                assert self.voss.bill.count(usage.id) == 1
            elif usage.state is not UsageState.Disputed:
                assert self.voss.bill.count(usage.id) <= 1
        self.the_bill_and_the_records_agree()
