"""Whatever happens, in whatever order: at most one line on VOSS's bill, and exactly one once everything has settled.

The machine drives the real ledger code (forward, send, reconcile) on both ledgers, the one in memory and the one on
DynamoDB whose conditions are what is sold. VOSS refuses no doubles here: a second POST would show.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.errors import Refusal, UsageError, UsageUnknown
from bokabridge.voss.fakes import InMemoryLedger, InMemoryVoss
from bokabridge.voss.forward import forward_usage
from bokabridge.voss.outcome import AlreadyThere, NotSent, Outcome, ReadBack, Refused, Unclear
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.reconcile import Reconciler
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, Usage, UsageOrder, UsageState
from tests.usage_table import aws, create_usage_table

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

COMPANY = "11111111-1111-4111-8111-111111111111"
ORDER = UsageOrder("KONSULT-TIM", 6)
KEYS = ("a", "b", "c", "d")

FAULTS = (
    "ok",
    "crash before the call",
    "crash after the call",
    "lost answer",
    "answer that cannot be read",
    "5xx",
    "slow",
    "throttle",
    "connection refused once",
    "duplicate answer",
    "rejected",
)
PLACES = ("claimed", "posting", "posted", "read back")
"""Where a sender or a reconciler can be held up while others act."""

SLOWEST = 30
"""Seconds that VOSS may still be working on a POST: what `settle_after` leaves it."""


class Crash(BaseException):
    """The function is killed."""


@dataclass(frozen=True)
class Meanwhile:
    """What happens while somebody is held up at a place: time passes, then others act, and meet with a fault."""

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
    st.sampled_from(["lost answer", "crash after the call", "ok", "5xx"]),
)
keys = st.sampled_from(KEYS)


class LedgerMachine(RuleBasedStateMachine):
    """Callers, reconcilers, a VOSS that does everything wrong, and a clock."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = self.new_ledger()
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.voss = InMemoryVoss(on_post=self._post, on_sign_in=self._sign_in, on_find=self._find)
        self.voss.after_find = lambda: self._hold_up("read back")
        self.sender = Sender(self.ledger, self.voss, lambda: self.now, self._pass_time, Timing())
        self.fault = "ok"
        self.is_readable = True
        self.meanwhile: Meanwhile | None = None
        self.arriving: list[tuple[datetime, Usage]] = []
        self.key = KEYS[0]
        self.promised: set[str] = set()
        self.final: dict[str, Usage] = {}

    def new_ledger(self) -> UsageLedger:
        return InMemoryLedger()

    # What can happen.

    @initialize(fault=st.sampled_from(["5xx", "lost answer", "crash before the call", "slow"]), meanwhile=meanwhiles)
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
        """Both have read that VOSS does not have a usage; one is faster, and its POST meets with a fault."""
        self._pass_time(100)
        self.meanwhile = Meanwhile("read back", 0, "reconciler", fault)
        self._reconcile()
        self.meanwhile = None

    @rule(seconds=st.sampled_from([20, 61, 100]))
    def time_passes(self, seconds: int) -> None:
        self._pass_time(seconds)

    # What must always hold.

    @invariant()
    def no_usage_is_billed_twice(self) -> None:
        assert len(self.voss.bill) == len(set(self.voss.bill)), "a second line on the bill"

    @invariant()
    def what_the_ledger_is_sure_of_is_true_and_stays(self) -> None:
        usages = self._usages()
        for usage in usages:
            lines = self.voss.bill.count(usage.id)
            assert self.final.get(usage.id, usage) == usage, "a final record was changed"
            if usage.state is UsageState.Sent:
                assert lines == 1, "Sent, and not on the bill"
            if usage.state in (UsageState.Pending, UsageState.Rejected):
                assert lines == 0, f"{usage.state}, and on the bill"
        self.final = {u.id: u for u in usages if u.state in (UsageState.Sent, UsageState.Rejected)}

    def teardown(self) -> None:
        """VOSS answers again: everything settles, every promise is kept, and every key that is repeated is billed."""
        for _ in range(3):
            self._pass_time(100)
            self._reconcile()
        assert self.ledger.unsettled(100) == [], "still not settled"
        self.what_the_ledger_is_sure_of_is_true_and_stays()
        for usage in self._usages():
            if usage.key in self.promised and usage.state is not UsageState.Rejected:
                assert self.voss.bill.count(usage.id) == 1, "promised, and not on the bill"
        for usage in self._usages():
            self._forward(usage.key)
            is_rejected = usage.state is UsageState.Rejected
            assert self.voss.bill.count(usage.id) == (0 if is_rejected else 1)
        self.no_usage_is_billed_twice()

    # How it happens.

    def _forward(self, key: str) -> None:
        try:
            forward_usage(COMPANY, key, ORDER, sender=self.sender)
            self.promised.add(key)
        except UsageUnknown:
            self.promised.add(key)
        except UsageError:
            pass

    def _reconcile(self) -> None:
        Reconciler(self.sender, workers=1).run(lambda: False)

    def _usages(self) -> list[Usage]:
        return self.ledger.list(COMPANY, None, None, None, 0, 100).results

    def _pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        for at, usage in [entry for entry in self.arriving if entry[0] <= self.now]:
            self.arriving.remove((at, usage))
            self.voss.accept(usage)

    def _hold_up(self, place: str) -> None:
        """Others act while the one who came here waits."""
        held_up, fault = self.meanwhile, self.fault
        if held_up is None or held_up.place != place:
            return
        self.meanwhile, self.fault = None, held_up.fault
        # A POST that is under way arrives soon or never; a sender that is held up may be so for as long as it likes.
        self._pass_time(min(held_up.seconds, SLOWEST) if place == "posting" else held_up.seconds)
        with suppress(Crash):
            if held_up.others == "reconciler":
                self._reconcile()
            if held_up.others == "caller":
                self._forward(self.key)
        self.what_the_ledger_is_sure_of_is_true_and_stays()
        self._pass_time(1)
        self.fault = fault

    def _sign_in(self) -> NotSent | None:
        self._hold_up("claimed")
        return None

    def _find(self, _: Usage) -> ReadBack | None:
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
                self.arriving.append((self.now + timedelta(seconds=SLOWEST), usage))
                self._pass_time(8)
                return Unclear("timeout")
            case "throttle":
                return NotSent("HTTP status 429", retry_after=30)
            case "connection refused once":
                return NotSent("connection refused")
            case "rejected":
                return Refused(Refusal.Unprocessable, "The subscription is closed.")
        accepted = self.voss.accept(usage)
        self._hold_up("posted")
        match fault:
            case "crash after the call":
                raise Crash
            case "lost answer" | "answer that cannot be read":
                return Unclear(fault)
            case "duplicate answer":
                return AlreadyThere()
        return accepted


class DynamoMachine(LedgerMachine):
    """The same on DynamoDB, each example with a table of its own."""

    client: "DynamoDBClient"

    def new_ledger(self) -> UsageLedger:
        return DynamoLedger(self.client, create_usage_table(self.client))


@pytest.fixture(scope="module", autouse=True)
def dynamodb() -> Iterator[None]:
    with aws() as DynamoMachine.client:
        yield


TestInMemoryLedger = LedgerMachine.TestCase
TestInMemoryLedger.settings = settings(
    max_examples=500, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)

TestDynamoLedger = DynamoMachine.TestCase
TestDynamoLedger.settings = settings(
    max_examples=100, stateful_step_count=15, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
