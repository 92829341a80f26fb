"""What the reconciler settles in one run: unknown usages; VOSS has every second one.

The reconciler runs in this process, with the emulator's DynamoDB; the simulator of VOSS has a process of its own. The
last column is this process's processor time, which is what limits a Lambda function.
"""

import argparse
import multiprocessing
import tempfile
import time
from datetime import timedelta
from multiprocessing.synchronize import Event
from pathlib import Path

import urllib3
from rich.console import Console
from rich.table import Table

from benchmarks.tables import create_table
from benchmarks.voss import COMPANY, ORDER, voss_api
from bokabridge.adapters.aws.voss_secret import VossSecret
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.adapters.voss import VossClient
from bokabridge.clock import utc_now
from bokabridge.voss.reconcile import Reconciler
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import new_usage
from local.stack.emulator import client, emulator
from local.stack.processes import free_port
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.voss.simulator import VossSimulator

BUDGET_SECONDS = 20.0
"""As in template.yaml."""


def main() -> None:
    """Prints the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--usages", type=int, default=1000)
    arguments.add_argument("--latency", type=int, default=100, help="of VOSS, in milliseconds")
    arguments.add_argument("--runs", type=int, default=3, help="at most")
    given = arguments.parse_args()
    port = free_port()
    stop = multiprocessing.Event()
    simulator = multiprocessing.Process(target=_serve, args=(port + 1, stop), daemon=True)
    simulator.start()
    try:
        with tempfile.TemporaryDirectory(prefix="bokabridge-") as scratch, emulator(port, Path(scratch)) as aws_url:
            _measure(given.usages, given.latency, given.runs, f"http://127.0.0.1:{port + 1}", aws_url)
    finally:
        stop.set()
        simulator.join()


def _serve(port: int, stop: Event) -> None:
    with VossSimulator([COMPANY], port):
        stop.wait()


def _measure(usages: int, latency: int, runs: int, voss_url: str, aws_url: str) -> None:
    dynamodb = client("dynamodb", aws_url)
    ledger = DynamoLedger(dynamodb, create_table(dynamodb, "UsageTable"))
    voss = VossClient(voss_api(voss_url), lambda _: VossSecret(CLIENT_ID, CLIENT_SECRET, None))
    at = utc_now() - timedelta(minutes=5)
    for number in range(usages):
        usage = new_usage(COMPANY, f"k{number}", ORDER, at, Timing())
        ledger.reserve(usage)
        ledger.change(usage, usage.unknown("timeout", at))
        if number % 2:
            voss.post(usage)
    urllib3.request("PUT", f"{voss_url}/_control", json={"latencyMs": latency})
    sender = Sender(ledger, voss, utc_now, time.sleep, Timing())
    reconciler = Reconciler(ledger, voss, sender, utc_now, Timing())
    table = Table(title=f"{usages} unknown usages, VOSS answers in {latency} ms", title_justify="left")
    for heading in ("run", "settled", "left", "delayed", "seconds", "processor ms each"):
        table.add_column(heading)
    for run in range(1, runs + 1):
        began, processor = time.monotonic(), time.process_time()
        stop_at = began + BUDGET_SECONDS
        report = reconciler.run(lambda stop_at=stop_at: time.monotonic() >= stop_at)  # type: ignore[misc]
        settled = sum(report.verdicts.values())
        each = (time.process_time() - processor) * 1000 / max(1, settled)
        left = len(ledger.list_unsettled(usages))
        cells = (run, settled, left, report.delayed, f"{time.monotonic() - began:.1f}", f"{each:.1f}")
        table.add_row(*(str(cell) for cell in cells))
        if not left:
            break
    Console().print(table)


if __name__ == "__main__":
    main()
