"""The reconciler's pace, against the simulator over real HTTP. VOSS's latency sets it here, not the processor."""

import time
from datetime import timedelta

from bokabridge.clock import utc_now
from bokabridge.voss.fakes import InMemoryLedger
from bokabridge.voss.reconcile import Reconciler, Verdict
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder, new_usage
from local.voss.simulator import VossSimulator
from tests.data import COMPANY_ID
from tests.voss import Voss

BUDGET_SECONDS = 20.0
"""As in template.yaml."""

USAGES = 240
LATENCY_MS = 500
"""One after the other, the looks take 240 s: half of the usages need one request, the others three."""


def test_one_run_settles_in_20_seconds_what_takes_four_minutes_one_by_one() -> None:
    with VossSimulator([COMPANY_ID]) as simulator:
        voss, ledger, timing = Voss(simulator.url), InMemoryLedger(), Timing()
        at = utc_now() - timedelta(minutes=5)
        for number in range(USAGES):
            usage = new_usage(COMPANY_ID, f"k{number}", UsageOrder("KONSULT-TIM", 6), at, timing)
            ledger.reserve(usage)
            ledger.change(usage, usage.unknown("timeout", at))
            if number % 2:
                voss.client.post(usage)
        voss.behave(latencyMs=LATENCY_MS)
        sender = Sender(ledger, voss.client, utc_now, time.sleep, timing)
        stop_at = time.monotonic() + BUDGET_SECONDS
        report = Reconciler(ledger, voss.client, sender, utc_now, timing).run(lambda: time.monotonic() >= stop_at)
        assert report.verdicts == {Verdict.Found: USAGES / 2, Verdict.Resent: USAGES / 2}
        assert report.delayed == 0
        assert len(voss.bill()) == len(set(voss.bill())) == USAGES
