"""What the sync is compared with. All read the same people from the same simulator, and map them by the same rules.

- `one_by_one` gets and puts one customer at a time, as a first version would.
- `rewrite` puts every person at every run, with boto3's batch_writer.
- `dlt` does the same as a destination of the library dlt, in a process and an environment of its own.
"""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3

from benchmarks.bench import REGION, Bench
from bokabridge import ids
from bokabridge.adapters.aws.clients import CLIENT_CONFIG
from bokabridge.adapters.axema.vaka_online import VakaOnlineSource
from bokabridge.adapters.dynamodb.items import encode
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.normalise import normalise_page

ROOT = Path(__file__).parents[1]
DLT_PYTHON = ROOT / ".local/env/bench/bin/python"

Peer = Callable[[Bench, str, Path], Callable[[], float | None]]
"""Makes a peer's run on a new table. A run returns the seconds that it took by itself, or None to be measured."""


def items(source: VakaOnlineSource, company_id: str) -> Iterator[dict[str, Any]]:
    """Every person as the item that a sync stores."""
    cursor, page_number = None, 1
    while True:
        page = source.fetch(cursor, page_number)
        for candidate in normalise_page(page.records, page_number, NameOrder.LastFirst).candidates:
            person = candidate.person
            item = {
                "PK": company_id,
                "SK": ids.customer_id(company_id, candidate.source_user_id),
                "Firstname": person.first_name,
                "Lastname": person.last_name,
                "Email": person.email,
                "Phone": person.phone,
                "SourceUserId": candidate.source_user_id,
                "Created": "2026-11-21T12:00:00.000Z",
                "Updated": "2026-11-21T12:00:00.000Z",
            }
            yield {name: value for name, value in item.items() if value is not None}
        if page.next_cursor is None:
            return
        cursor, page_number = page.next_cursor, page_number + 1


def table_writer(aws_url: str, table: str) -> Any:
    """boto3's table, with the functions' settings."""
    resource: Any = boto3.resource(
        "dynamodb",
        endpoint_url=aws_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=CLIENT_CONFIG,
    )
    return resource.Table(table)


def one_by_one(bench: Bench, company_id: str, _scratch: Path) -> Callable[[], float | None]:
    """One read and one write for each person."""
    dynamodb, table = bench.dynamodb(), bench.new_table()

    def run() -> None:
        for item in items(bench.source(company_id), company_id):
            key = encode({"PK": item["PK"], "SK": item["SK"]})
            before: Any = dynamodb.get_item(TableName=table, Key=key).get("Item", {})
            dynamodb.put_item(TableName=table, Item={**before, **encode(item)})

    return run


def rewrite(bench: Bench, company_id: str, _scratch: Path) -> Callable[[], float | None]:
    """Every person is put, in batches."""
    table = table_writer(bench.aws_url, bench.new_table())

    def run() -> None:
        with table.batch_writer() as batch:
            for item in items(bench.source(company_id), company_id):
                batch.put_item(Item=item)

    return run


def dlt(bench: Bench, company_id: str, scratch: Path) -> Callable[[], float | None]:
    """A pipeline of dlt. Its own time counts, without the start of its process and its imports."""
    table = bench.new_table()

    def run() -> float:
        request = {"aws": bench.aws_url, "axema": bench.axema_url, "company": company_id, "table": table}
        done = subprocess.run(
            [DLT_PYTHON, "-m", "benchmarks.dlt_peer", json.dumps(request)],
            cwd=ROOT,
            env={
                "PATH": "/usr/bin:/bin",
                "HOME": str(scratch),
                "PYTHONPATH": f"{ROOT}:{ROOT}/layers/bokabridge",
                "RUNTIME__DLTHUB_TELEMETRY": "false",
                "DLT_DATA_DIR": str(scratch / "dlt"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return float(done.stdout.strip().splitlines()[-1])

    return run
