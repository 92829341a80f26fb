"""`make bench`: the CPU time of a warm request through the whole HTTP layer, without what is behind it.

The peer is a plain handler of Powertools' resolver, which validates the same request model and writes the same response
model. It checks no caller, reads member names in one case only, and knows one format.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from rich.console import Console
from rich.table import Table

from benchmarks.authorizer import Context
from bokabridge.clock import utc_now
from bokabridge.http.api import Api, Call, Success
from bokabridge.operations.usersync import (
    QUERY_AXEMA_USER_SYNC_JOBS,
    QueryAxemaUserSyncJobs,
    QueryAxemaUserSyncJobsResponse,
    job_response,
)
from bokabridge.usersync.job import Trigger, new_job
from local.stack.paths import ROOT

MAX_RATIO = 1.25
BLOCKS, REQUESTS = 60, 100

Handler = Callable[[dict[str, Any], Any], dict[str, Any]]
JOBS = [new_job(str(uuid4()), Trigger.Request, utc_now(), utc_now()) for _ in range(3)]


def found() -> QueryAxemaUserSyncJobsResponse:
    """The response, made again for each request."""
    return QueryAxemaUserSyncJobsResponse(results=[job_response(job) for job in JOBS])


def ours() -> Handler:
    """The operation on our own layer."""
    api = Api()

    @api.operation(QUERY_AXEMA_USER_SYNC_JOBS)
    def query(_: Call[QueryAxemaUserSyncJobs]) -> Success[QueryAxemaUserSyncJobsResponse]:
        return Success(found())

    return api.handle


def plain() -> Handler:
    """The operation as a plain handler."""
    resolver = APIGatewayRestResolver()

    @resolver.get(QUERY_AXEMA_USER_SYNC_JOBS.path)
    def query() -> Response[str]:
        QueryAxemaUserSyncJobs.model_validate(resolver.current_event.query_string_parameters)
        return Response(200, "application/json", found().model_dump_json(by_alias=True, exclude_none=True))

    return resolver.resolve


def microseconds(handler: Handler) -> float:
    """The CPU time of one request, by a block of them."""
    request = json.loads((ROOT / "events" / "usersync_api_jobs.json").read_text())
    begun = time.process_time()
    for _ in range(REQUESTS):
        response = handler(request, Context())
    elapsed = time.process_time() - begun
    if response["statusCode"] != 200:
        raise SystemExit(f"An unexpected response: {response}")
    return elapsed / REQUESTS * 1_000_000


def main() -> int:
    """Print the table and return the exit code: 1 if our layer costs too much."""
    handlers = {"Powertools' resolver": plain(), "Our HTTP layer": ours()}
    times: dict[str, list[float]] = {title: [] for title in handlers}
    for block in range(BLOCKS):
        for title in sorted(handlers, reverse=bool(block % 2)):
            times[title].append(microseconds(handlers[title]))
    medians = {title: statistics.median(measured[BLOCKS // 10 :]) for title, measured in times.items()}
    peer = medians["Powertools' resolver"]
    table = Table("Handler", "CPU, µs", "ratio", title="A warm request that lists three jobs")
    for title, median in medians.items():
        table.add_row(title, f"{median:.0f}", f"{median / peer:.2f} x")
    Console(width=100).print(table)
    return 0 if medians["Our HTTP layer"] <= MAX_RATIO * peer else 1


if __name__ == "__main__":
    sys.exit(main())
