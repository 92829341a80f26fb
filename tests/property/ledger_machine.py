"""A state machine for hypothesis: callers, reconcilers and a VOSS that fails at random, on the real ledger code.

VOSS refuses no duplicates here, so a second POST would show on its bill.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bokabridge.errors import Refusal, UsageError, UsageUnknown
from bokabridge.paging import Window
from bokabridge.voss.fakes import InMemoryLedger, InMemoryVoss
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.outcome import AlreadyThere, NotSent, Outcome, ReadBack, Refused, Unclear
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.reconcile import Reconciler
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, Usage, UsageOrder, UsageQuery, UsageState
from tests.data import COMPANY_ID

ORDER = UsageOrder("KONSULT-TIM", 6)
KEYS = ("a", "b", "c", "d")

FAULTS = (
    "ok",
    "crash before the call",
    "crash after the call",
    "lost response",
    "unreadable response",
    "5xx",
    "slow",
    "throttle",
    "connection refused once",
    "duplicate response",
    "rejected",
)
PLACES = ("claimed", "posting", "posted", "read back")
"""The points at which a sender or a reconciler can be held up while others act."""

SLOWEST_POST_SECONDS = 30
"""The longest time that VOSS works on a POST; `settle_after` leaves room for it."""


class Crash(BaseException):
    """The function is killed."""


@dataclass(frozen=True)
class Meanwhile:
    """Events while a sender or a reconciler is held up at a place: time passes, others act, and one fault occurs."""

    place: str
    seconds: int
    others: str
    fault: str


faults = st.sampled_from(FAULTS)
meanwhiles = st.none() | st.builds(
    Meanwhile,
    st.sampled_from(PLACES),
    st.sampled_from([0, 9, 100]),
    st.sampled_from(["reconciler", "caller", "nobody"]),
    st.sampled_from(["lost response", "crash after the call", "ok", "5xx"]),
)
keys = st.sampled_from(KEYS)


class LedgerMachine(RuleBasedStateMachine):
    """Callers, reconcilers, a VOSS that fails in every way, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = self.new_ledger()
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.voss = InMemoryVoss(on_post=self._post, on_sign_in=self._sign_in, on_read_back=self._read_back)
        self.voss.after_read_back = lambda: self._hold_up("read back")
        sender = Sender(self.ledger, self.voss, self._clock, self._pass_time, Timing())
        self.forwarder = UsageForwarder(self.ledger, sender, self._clock, Timing())
        self.reconciler = Reconciler(self.ledger, self.voss, sender, self._clock, Timing(), workers=1)
        self.fault = "ok"
        self.is_readable = True
        self.meanwhile: Meanwhile | None = None
        self.arriving: list[tuple[datetime, Usage]] = []
        self.key = KEYS[0]
        self.promised: set[str] = set()
        self.final: dict[str, Usage] = {}

    def new_ledger(self) -> UsageLedger:
        return InMemoryLedger()

    # The events.

    @initialize(fault=st.sampled_from(["5xx", "lost response", "crash before the call", "slow"]), meanwhile=meanwhiles)
    def something_goes_wrong_at_once(self, fault: str, meanwhile: Meanwhile | None) -> None:
        self.request(KEYS[0], fault, meanwhile)

    @rule(key=keys, fault=faults, meanwhile=meanwhiles)
    def request(self, key: str, fault: str, meanwhile: Meanwhile | None) -> None:
        self.key, self.fault, self.meanwhile = key, fault, meanwhile
        with suppress(Crash):
            self._forward(key)
        self.fault, self.meanwhile = "ok", None

    @rule(
        seconds=st.sampled_from([100, 0]),
        fault=faults,
        is_readable=st.sampled_from([True, True, False]),
        meanwhile=meanwhiles,
    )
    def reconcile(self, seconds: int, fault: str, is_readable: bool, meanwhile: Meanwhile | None) -> None:
        self._pass_time(seconds)
        self.fault, self.is_readable, self.meanwhile = fault, is_readable, meanwhile
        with suppress(Crash):
            self._reconcile()
        self.fault, self.is_readable, self.meanwhile = "ok", True, None

    @rule(fault=faults)
    def two_reconcilers_at_once(self, fault: str) -> None:
        """Both read that VOSS does not have a usage. One is faster, and its POST meets with a fault."""
        self._pass_time(100)
        self.meanwhile = Meanwhile("read back", 0, "reconciler", fault)
        self._reconcile()
        self.meanwhile = None

    @rule(seconds=st.sampled_from([20, 61, 100]))
    def time_passes(self, seconds: int) -> None:
        self._pass_time(seconds)

    # The invariants.

    @invariant()
    def no_usage_is_billed_twice(self) -> None:
        assert len(self.voss.bill) == len(set(self.voss.bill)), "a second line on the bill"

    @invariant()
    def final_records_are_true_and_never_change(self) -> None:
        usages = self._usages()
        for usage in usages:
            lines = self.voss.bill.count(usage.id)
            assert self.final.get(usage.id, usage) == usage, "a final record was changed"
            if usage.state is UsageState.Sent:
                assert lines == 1, "Sent, but not on the bill"
            if usage.state in (UsageState.Pending, UsageState.Rejected):
                assert lines == 0, f"{usage.state}, but on the bill"
        self.final = {u.id: u for u in usages if u.state in (UsageState.Sent, UsageState.Rejected)}

    def teardown(self) -> None:
        """VOSS recovers: every usage settles, every promise is kept, and every repeated request is billed."""
        for _ in range(3):
            self._pass_time(100)
            self._reconcile()
        assert self.ledger.list_unsettled(100) == [], "a usage is still unsettled"
        self.final_records_are_true_and_never_change()
        for usage in self._usages():
            if usage.key in self.promised and usage.state is not UsageState.Rejected:
                assert self.voss.bill.count(usage.id) == 1, "promised, but not on the bill"
        for usage in self._usages():
            self._forward(usage.key)
            is_rejected = usage.state is UsageState.Rejected
            assert self.voss.bill.count(usage.id) == (0 if is_rejected else 1)
        self.no_usage_is_billed_twice()

    # Their implementation.

    def _forward(self, key: str) -> None:
        try:
            self.forwarder.forward(COMPANY_ID, key, ORDER)
            self.promised.add(key)
        except UsageUnknown:
            self.promised.add(key)
        except UsageError:
            pass

    def _reconcile(self) -> None:
        self.reconciler.run(lambda: False)

    def _usages(self) -> list[Usage]:
        return self.ledger.list(COMPANY_ID, UsageQuery(), Window(0, 100)).results

    def _clock(self) -> datetime:
        return self.now

    def _pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for at, usage in [entry for entry in self.arriving if entry[0] <= self.now]:
            self.arriving.remove((at, usage))
            self.voss.accept(usage)

    def _hold_up(self, place: str) -> None:
        """Others act while the sender or the reconciler at this place waits."""
        held_up, fault = self.meanwhile, self.fault
        if held_up is None or held_up.place != place:
            return
        self.meanwhile, self.fault = None, held_up.fault
        # A POST in progress arrives soon or never, but a sender may be held up for any length of time.
        self._pass_time(min(held_up.seconds, SLOWEST_POST_SECONDS) if place == "posting" else held_up.seconds)
        with suppress(Crash):
            if held_up.others == "reconciler":
                self._reconcile()
            if held_up.others == "caller":
                self._forward(self.key)
        self.final_records_are_true_and_never_change()
        self._pass_time(1)
        self.fault = fault

    def _sign_in(self) -> NotSent | None:
        self._hold_up("claimed")
        return None

    def _read_back(self, _: Usage) -> ReadBack | None:
        return None if self.is_readable else Unclear("VOSS is down.")

    def _post(self, usage: Usage) -> Outcome | AlreadyThere:
        self._hold_up("posting")
        fault, self.fault = self.fault, "ok"
        match fault:
            case "crash before the call":
                raise Crash
            case "5xx":
                return Unclear("HTTP status 500")
            case "slow":
                self.arriving.append((self.now + timedelta(seconds=SLOWEST_POST_SECONDS), usage))
                self._pass_time(8)
                return Unclear("timeout")
            case "throttle":
                return NotSent("HTTP status 429", retry_after_seconds=30)
            case "connection refused once":
                return NotSent("connection refused")
            case "rejected":
                return Refused(Refusal.Unprocessable, "The subscription is closed.")
        accepted = self.voss.accept(usage)
        self._hold_up("posted")
        match fault:
            case "crash after the call":
                raise Crash
            case "lost response" | "unreadable response":
                return Unclear(fault)
            case "duplicate response":
                return AlreadyThere()
        return accepted
