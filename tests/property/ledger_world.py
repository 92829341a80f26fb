"""The world of the ledger's state machine: a VOSS, a ledger and senders that fail as the machine wants.

VOSS refuses no duplicates here, so a second POST shows on its bill.
"""

from collections import Counter
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bokabridge.errors import Refusal, RetriableError, UsageError, UsageNotSent, UsageUnknown
from bokabridge.paging import Window
from bokabridge.voss.fakes import InMemoryLedger, InMemoryVoss
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.outcome import Acknowledged, AlreadyThere, NotSent, NotThere, Outcome, ReadBack, Refused, Unclear
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.reconcile import Reconciler
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageOrder, UsageQuery, UsageState
from tests.data import COMPANY_ID
from tests.faulty_ledger import FaultyLedger

ORDER = UsageOrder("KONSULT-TIM", 6)
KEYS = ("a", "b", "c", "d")

FAULTS = (
    "ok",
    "crash before the call",
    "crash after the call",
    "lost response",
    "unreadable success",
    "5xx",
    "5xx after billing",
    "a proxy's page",
    "a proxy's page after billing",
    "slow",
    "throttle",
    "connection refused once",
    "duplicate response",
    "duplicate response without billing",
    "rejected",
)
READ_BACKS = ("right", "right", "right", "unclear", "empty")

PLACES = ("claimed", "posting", "posted", "read back")
"""The points at which a sender or a reconciler can be held up while others act."""

SLOWEST_POST_SECONDS = 30
"""The longest time that VOSS works on a POST; `settle_after` leaves room for it."""


LedgerFault = tuple[int, str, bool] | None
"""The number of the ledger's call that fails, how it fails, and whether the ledger then stays away."""


class Crash(BaseException):
    """The function is killed."""


@dataclass(frozen=True)
class Meanwhile:
    """Events while a sender or a reconciler is held up at a place: time passes, others act, and one fault occurs."""

    place: str
    seconds: int
    others: str
    fault: str


class LedgerWorld:
    """Callers, reconcilers, a VOSS and a ledger that fail in every way, and a clock. `check` runs in the middle."""

    def __init__(self) -> None:
        self.faulty = FaultyLedger(self.new_ledger())
        self.ledger: UsageLedger = self.faulty
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.voss = InMemoryVoss(on_post=self._post, on_sign_in=self._sign_in, on_read_back=self._read_back)
        self.voss.after_read_back = lambda: self._hold_up("read back")
        sender = Sender(self.ledger, self.voss, self._clock, self.pass_time, Timing())
        self.forwarder = UsageForwarder(self.ledger, sender, self._clock, Timing())
        self.reconciler = Reconciler(self.ledger, self.voss, sender, self._clock, Timing(), workers=1)
        self.fault = "ok"
        self.read_back = "right"
        self.meanwhile: Meanwhile | None = None
        self.arriving: list[tuple[datetime, Usage]] = []
        self.key = KEYS[0]
        self.promised: set[str] = set()
        self.violations: list[str] = []
        self.acknowledged: set[str] = set()
        self.answered_now: set[str] = set()
        self.is_ledger_whole = True
        self.doubtful: set[str] = set()
        self.received: Counter[str] = Counter()
        self.final: dict[str, Usage] = {}

    def new_ledger(self) -> UsageLedger:
        return InMemoryLedger()

    def check(self) -> None:
        """The machine's invariants."""

    def must(self, holds: bool, message: str) -> None:
        """Remembers what was wrong: an exception here would be one of VOSS's, and the code under test handles it."""
        if not holds:
            self.violations.append(message)

    def _check_now(self) -> None:
        try:
            self.check()
        except AssertionError as error:
            self.violations.append(str(error))

    def forward_key(self, key: str) -> None:
        try:
            self.forwarder.forward(COMPANY_ID, key, ORDER)
            self.promised.add(key)
        except UsageUnknown as unknown:
            self.promised.add(key)
            record = self._record(unknown.usage_id)
            self.must(record.due_at is not None, "promised to settle it, but it is not unsettled")
        except UsageNotSent as not_sent:
            self.must(self._record(not_sent.usage_id).state is UsageState.Pending, "handed back, but not Pending")
        except UsageError:
            pass

    def _record(self, usage_id: str | None) -> Usage:
        found = self.faulty.inner.find(COMPANY_ID, usage_id or "")
        assert found is not None
        return found

    def run_reconciler(self) -> None:
        with suppress(RetriableError):
            self.reconciler.run(lambda: False, lambda report: self.must(not report.errors, str(report.errors)))

    def fail(self, fault: LedgerFault) -> None:
        if fault is not None:
            self.is_ledger_whole = False
            number, kind, is_lasting = fault
            self.faulty.fail(number, kind, is_lasting=is_lasting)

    def end(self) -> None:
        """The event is over: no fault and no hold-up remains."""
        self.fault, self.meanwhile, self.read_back = "ok", None, "right"
        self.faulty.recover()
        final = (UsageState.Sent, UsageState.Rejected, UsageState.Disputed)
        for usage in (self._record(usage_id) for usage_id in self.answered_now if self.is_ledger_whole):
            self.must(usage.is_acknowledged or usage.state in final, "an acknowledgement is not recorded")
        self.answered_now, self.is_ledger_whole = set(), True

    def usages(self) -> list[Usage]:
        return self.ledger.list(COMPANY_ID, UsageQuery(), Window(0, 100)).results

    def _clock(self) -> datetime:
        return self.now

    def pass_time(self, seconds: float) -> None:
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
        self.pass_time(min(held_up.seconds, SLOWEST_POST_SECONDS) if place == "posting" else held_up.seconds)
        with suppress(Crash):
            if held_up.others == "reconciler":
                self.run_reconciler()
            if held_up.others == "caller":
                self.forward_key(self.key)
        self._check_now()
        self.pass_time(1)
        self.fault = fault

    def _sign_in(self) -> NotSent | None:
        self._hold_up("claimed")
        return None

    def _read_back(self, usage: Usage) -> ReadBack | None:
        if self.read_back == "unclear":
            return Unclear("VOSS is down.")
        if self.read_back == "right":
            return None
        if usage.id in self.voss.bill or usage.id in {arriving.id for _, arriving in self.arriving}:
            self.doubtful.add(usage.id)
        return NotThere()

    def _must_not_be_acknowledged(self, usage: Usage) -> None:
        is_known = usage.id in self.acknowledged and self._record(usage.id).is_acknowledged
        self.must(not is_known, "posted after a 2xx or a 409")

    def _post(self, usage: Usage) -> Outcome:
        self._hold_up("posting")
        fault, self.fault = self.fault, "ok"
        self._must_not_be_acknowledged(usage)
        match fault:
            case "throttle":
                return NotSent("HTTP status 429", retry_after_seconds=30, was_answered=True)
            case "connection refused once":
                return NotSent("connection refused")
        self.received[usage.id] += 1
        match fault:
            case "crash before the call":
                raise Crash
            case "5xx" | "a proxy's page":
                return Unclear(fault)
            case "slow":
                self.arriving.append((self.now + timedelta(seconds=SLOWEST_POST_SECONDS), usage))
                self.pass_time(8)
                return Unclear("timeout")
            case "rejected":
                return Refused(Refusal.Unprocessable, "The subscription is closed.")
            case "duplicate response without billing":
                self.acknowledged.add(usage.id)
                self.answered_now.add(usage.id)
                return AlreadyThere()
        accepted = self.voss.accept(usage)
        self._hold_up("posted")
        match fault:
            case "crash after the call":
                raise Crash
            case "lost response" | "5xx after billing" | "a proxy's page after billing":
                return Unclear(fault)
        self.acknowledged.add(usage.id)
        self.answered_now.add(usage.id)
        match fault:
            case "unreadable success":
                return Acknowledged(fault, "{}")
            case "duplicate response":
                return AlreadyThere()
        return accepted
