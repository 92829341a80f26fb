"""`make bench`: people per second of a user sync, against a plain loop on the same emulator in the same run.

Both read the same people from the same Axema simulator with the same adapter, map them by the same rules and store them
in the same DynamoDB emulator. The baseline gets and puts one customer at a time, as a first version would. The sync is
the complete page worker, with links, plan, batches and a commit for every page.
"""

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import boto3
import urllib3
from rich.console import Console
from rich.table import Table

from bokabridge import ids
from bokabridge.adapters.aws.clients import CLIENT_CONFIG
from bokabridge.adapters.axema.vaka_online import VakaOnlineSource
from bokabridge.adapters.dynamodb.customers import DynamoCustomers
from bokabridge.adapters.dynamodb.issues import DynamoIssues
from bokabridge.adapters.dynamodb.items import encode
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.links import DynamoLinks
from bokabridge.adapters.dynamodb.rosters import DynamoRosters
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.clock import utc_now
from bokabridge.settings.kinds.vaka_online import VakaOnline
from bokabridge.settings.model import AxemaSecret, AxemaSettings, NameOrder
from bokabridge.usersync.close import close_sync
from bokabridge.usersync.fakes import RecordedWorkflow
from bokabridge.usersync.job import Trigger
from bokabridge.usersync.normalise import normalise
from bokabridge.usersync.page import PageWorker
from bokabridge.usersync.people import AxemaUser
from bokabridge.usersync.start import start_sync
from local.axema.credentials import credentials
from local.axema.simulator import AxemaSimulator
from local.stack.emulator import REGION, client, emulator
from local.stack.processes import free_port

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

SIZES = (1_000, 10_000)
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Bench:
    """The emulator and the Axema simulator, which both sides share."""

    aws_url: str
    axema_url: str

    def dynamodb(self) -> "DynamoDBClient":
        """A client with the functions' settings."""
        return boto3.client(
            "dynamodb",
            endpoint_url=self.aws_url,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=CLIENT_CONFIG,
        )

    def new_table(self) -> str:
        """Create an empty table and return its name."""
        name = f"bench-{uuid4()}"
        client("dynamodb", self.aws_url).create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": part, "AttributeType": "S"} for part in ("PK", "SK")],
            KeySchema=[{"AttributeName": "PK", "KeyType": "HASH"}, {"AttributeName": "SK", "KeyType": "RANGE"}],
        )
        return name

    def steer(self, company_id: str, **controls: int) -> None:
        """Set controls of the Axema simulator."""
        urllib3.request("PUT", f"{self.axema_url}/_control", json={"company": company_id, **controls})

    def source(self, company_id: str) -> VakaOnlineSource:
        """A new connection to the company's Axema system."""
        axema = credentials(company_id)
        tokens = TokenSource(f"{self.axema_url}/oauth2/v2.0/token", "scope", "Axema")
        secret = AxemaSecret({"client_secret": axema.client_secret, "api_key": axema.api_key})
        connection = VakaOnline(axema.device_id, axema.client_id)
        return VakaOnlineSource(connection, secret, api_url=self.axema_url, tokens=tokens)


class Connect:
    """A SourceFactory for one company."""

    def __init__(self, bench: Bench, company_id: str) -> None:
        self._bench, self._company_id = bench, company_id

    def connect(self, settings: AxemaSettings) -> VakaOnlineSource:  # noqa: ARG002
        """Connect to the company. The settings are ignored."""
        return self._bench.source(self._company_id)


def sync(bench: Bench, company_id: str) -> Callable[[], None]:
    """A sync by the page worker, on new tables."""
    dynamodb = bench.dynamodb()
    table = bench.new_table()
    jobs, settings = DynamoJobs(dynamodb, table), DynamoSettings(dynamodb, table)
    settings.add(AxemaSettings(company_id, VakaOnline("device", "client"), utc_now(), utc_now()))
    worker = PageWorker(
        jobs=jobs,
        rosters=DynamoRosters(dynamodb, table),
        links=DynamoLinks(dynamodb, table),
        issues=DynamoIssues(dynamodb, table),
        settings=settings,
        sources=Connect(bench, company_id),
        customers=DynamoCustomers(dynamodb, bench.new_table(), utc_now),
        clock=utc_now,
        lease=LEASE,
    )

    def run() -> None:
        workflow = RecordedWorkflow()
        job = start_sync(company_id, Trigger.Request, jobs=jobs, workflow=workflow, clock=utc_now, lease=LEASE)
        worker.run(company_id, job.id, lambda: False, utc_now() + LEASE)
        close_sync(company_id, job.id, None, jobs=jobs, clock=utc_now)

    return run


def baseline(bench: Bench, company_id: str) -> Callable[[], None]:
    """A sync that gets and puts one customer at a time, on a new table."""
    dynamodb = bench.dynamodb()
    table = bench.new_table()

    def upsert(user: AxemaUser) -> None:
        person = normalise(user, NameOrder.LastFirst).person
        if person is None:
            return
        key = {"PK": company_id, "SK": ids.customer_id(company_id, user.id)}
        before: Any = dynamodb.get_item(TableName=table, Key=encode(key)).get("Item", {})
        item = {
            **key,
            "Firstname": person.first_name,
            "Lastname": person.last_name,
            "Email": person.email,
            "Phone": person.phone,
        }
        dynamodb.put_item(TableName=table, Item={**before, **encode(item)})

    def run() -> None:
        source, cursor, page_number = bench.source(company_id), None, 1
        while True:
            page = source.fetch(cursor, page_number)
            for record in page.records:
                if isinstance(record, AxemaUser):
                    upsert(record)
            if page.next_cursor is None:
                return
            cursor, page_number = page.next_cursor, page_number + 1

    return run


def seconds(run: Callable[[], None]) -> float:
    """Measure one run, in seconds."""
    begun = time.perf_counter()
    run()
    return time.perf_counter() - begun


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="*", default=SIZES)
    table = Table("People", "Sync", "Baseline, people/s", "Page worker, people/s", "Ratio", title="User sync")
    with (
        TemporaryDirectory(prefix="bokabridge-bench-") as scratch,
        emulator(free_port(), Path(scratch)) as aws_url,
        AxemaSimulator({}) as axema,
    ):
        bench = Bench(aws_url, axema.url)
        for people in parser.parse_args().sizes:
            company_id = str(uuid4())
            bench.steer(company_id, users=people)
            bench.source(company_id).fetch(None, 1)  # the simulator creates its people on the first request
            ours, theirs = sync(bench, company_id), baseline(bench, company_id)
            for title, changed in (("initial", 0), ("unchanged", 0), ("1 % changed", people // 100)):
                bench.steer(company_id, changed=changed)
                bench.source(company_id).fetch(None, 1)
                their_time, our_time = seconds(theirs), seconds(ours)
                table.add_row(
                    f"{people:,}",
                    title,
                    f"{people / their_time:,.0f}",
                    f"{people / our_time:,.0f}",
                    f"{their_time / our_time:.1f} x",
                )
    Console(width=100).print(table)


if __name__ == "__main__":
    main()
