"""The VOSS bridge in memory: a ledger, a VOSS, and a clock that moves only if the code or the test waits."""

from datetime import UTC, datetime, timedelta

from bokabridge.voss.fakes import InMemoryLedger, InMemoryVoss
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.ports import UsageLedger
from bokabridge.voss.reconcile import Reconciler
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder

TIMING = Timing()
ORDER = UsageOrder("KONSULT-TIM", 6)


class World:
    """The two use cases with a shared ledger, VOSS and clock."""

    def __init__(self, ledger: UsageLedger | None = None) -> None:
        self.now = datetime(2026, 11, 21, 12, tzinfo=UTC)
        self.ledger: UsageLedger = ledger or InMemoryLedger()
        self.voss = InMemoryVoss()
        sender = Sender(self.ledger, self.voss, self.clock, self.wait, TIMING)
        self.forwarder = UsageForwarder(self.ledger, sender, self.clock, TIMING)
        self.reconciler = Reconciler(self.ledger, self.voss, sender, self.clock, TIMING)

    def clock(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
