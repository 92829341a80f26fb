"""The cost of the ledger: a usage through it, compared with a bare POST to the same simulator.

Both run in this process, with the emulator's DynamoDB on the same machine. The milliseconds include neither API Gateway
nor the start of a Lambda function.
"""

import argparse
import statistics
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.tables import create_table
from bokabridge.adapters.aws.voss_secret import VossSecret
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.adapters.voss import VossApi, VossClient
from bokabridge.clock import utc_now
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.outcome import Accepted
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder, new_usage
from local.companies import COMPANIES
from local.stack.emulator import client, emulator
from local.stack.processes import free_port
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.voss.simulator import VossSimulator

COMPANY = COMPANIES[0].id
ORDER = UsageOrder("KONSULT-TIM", 6)

Row = tuple[str, list[float], Counter[str]]
"""What was measured, the milliseconds of each usage, and the DynamoDB calls of them all."""


def main() -> None:
    """Measure usages through the ledger and without it, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--usages", type=int, default=200)
    usages = arguments.parse_args().usages
    port = free_port()
    with (
        tempfile.TemporaryDirectory(prefix="bokabridge-") as scratch,
        VossSimulator([COMPANY], port + 1) as simulator,
        emulator(port, Path(scratch)) as aws_url,
    ):
        voss = VossClient(voss_api(simulator.url), lambda _: VossSecret(CLIENT_ID, CLIENT_SECRET, None))
        rows = _measure(voss, client("dynamodb", aws_url), usages)
    _print(usages, rows)


def _measure(voss: VossClient, dynamodb: Any, usages: int) -> list[Row]:
    calls: Counter[str] = Counter()
    dynamodb.meta.events.register("before-call.dynamodb", lambda model, **_: calls.update([model.name]))
    ledger = DynamoLedger(dynamodb, create_table(dynamodb, "UsageTable"))
    sender = Sender(ledger, voss, utc_now, time.sleep, Timing())
    forwarder = UsageForwarder(ledger, sender, utc_now, Timing())

    def bare() -> None:
        outcome = voss.post(new_usage(COMPANY, "", ORDER, utc_now(), Timing()))
        assert isinstance(outcome, Accepted), outcome

    def forward(key: str) -> None:
        forwarder.forward(COMPANY, key, ORDER)

    keys = [str(uuid.uuid4()) for _ in range(usages)]
    bare()  # fetches a token
    forward("warm-up")  # opens connections
    bare_times = [_milliseconds(bare) for _ in keys]
    calls.clear()
    ledger_times = [_milliseconds(partial(forward, key)) for key in keys]
    ledger_calls = Counter(calls)
    calls.clear()
    repeat_times = [_milliseconds(partial(forward, key)) for key in keys]
    return [
        ("bare POST", bare_times, Counter()),
        ("through the ledger", ledger_times, ledger_calls),
        ("the same key again", repeat_times, calls),
    ]


def voss_api(url: str) -> VossApi:
    """The simulator as the adapter knows it."""
    return VossApi(url, "/usage", "/products", f"{url}/oauth2/token", "bench", post_timeout_seconds=8.0)


def _milliseconds(call: Callable[[], None]) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1000


def _print(usages: int, rows: list[Row]) -> None:
    table = Table(title=f"VOSS usage: the cost of the ledger ({usages} usages, one at a time)", title_justify="left")
    for heading in ("", "median ms", "p95 ms", "added ms", "DynamoDB calls each"):
        table.add_column(heading)
    base = statistics.median(rows[0][1])
    for name, times, calls in rows:
        median, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        per_usage = "\n".join(f"{count / usages:g} {operation}" for operation, count in sorted(calls.items()))
        table.add_row(name, f"{median:.1f}", f"{p95:.1f}", f"{median - base:+.1f}", per_usage or "0")
    Console().print(table)


if __name__ == "__main__":
    main()
