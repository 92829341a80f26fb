"""`make bench`: the time of an authorizer's decision, both the first and the warm ones.

The benchmark calls the function's own handler, with an API key in the emulator's DynamoDB and tokens from the identity
simulator. It fails if a median exceeds the budget.
"""

import json
import os
import statistics
import sys
import time
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import urllib3
from rich.console import Console
from rich.table import Table

from benchmarks.tables import create_table
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.auth.api_key import ApiKey, hash_of
from bokabridge.auth.principal import WRITE
from functions.authorizer.app import handler
from local.identity.realm import CLIENT_ID
from local.identity.simulator import IdentitySimulator
from local.identity.users import USERS
from local.stack.emulator import REGION, client, emulator
from local.stack.processes import free_port

BUDGET_MS = 5.0
DECISIONS = 1000


@dataclass(frozen=True, slots=True)
class Context:
    """The part of Lambda's context that the handler reads."""

    aws_request_id: str = "benchmark"


def event(headers: dict[str, str]) -> dict[str, Any]:
    """The event that API Gateway sends to the authorizer."""
    return {
        "type": "REQUEST",
        "methodArn": "arn:aws:execute-api:eu-north-1:000000000000:abcdef1234/dev/GET/customers",
        "headers": headers,
        "requestContext": {"identity": {"sourceIp": "192.0.2.1"}},
    }


def milliseconds(headers: dict[str, str]) -> float:
    """Measure one decision, which must be an Allow."""
    request, context = event(headers), Context()
    begun = time.perf_counter()
    decision = handler(request, context)  # type: ignore[arg-type]
    elapsed = (time.perf_counter() - begun) * 1000
    if decision["policyDocument"]["Statement"][0]["Effect"] != "Allow":
        raise SystemExit(f"The authorizer denied a caller that it must allow: {json.dumps(decision)}")
    return elapsed


def new_key(aws_url: str, table: str) -> str:
    """Store a key in a table of API keys, and return it."""
    key = str(uuid4())
    DynamoApiKeys(client("dynamodb", aws_url), table).put(
        ApiKey(hash_of(key), USERS["write"].company_id, frozenset({WRITE}))
    )
    return key


def configure(aws_url: str, issuer: str, table: str) -> None:
    """Set the environment variables that the template sets for the function."""
    os.environ |= {
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "IDENTITY_ISSUER": issuer,
        "IDENTITY_AUDIENCE": CLIENT_ID,
        "COMPANY_CLAIM": "company_id",
        "API_KEYS_TABLE": table,
    }


def main() -> int:
    """Print the table and return the exit code: 1 if a median exceeds the budget."""
    table = Table("Credential", "First, ms", "Median, ms", "p99, ms", title=f"Authorizer, {DECISIONS:,} warm decisions")
    medians = []
    with (
        Path(os.devnull).open("w") as nowhere,
        TemporaryDirectory(prefix="bokabridge-bench-") as scratch,
        emulator(free_port(), Path(scratch)) as aws_url,
        IdentitySimulator() as identity,
    ):
        name = create_table(client("dynamodb", aws_url), "ApiKeysTable")
        configure(aws_url, identity.realm.issuer, name)
        bearer = {"Authorization": f"Bearer {identity.realm.issue(USERS['write'])}"}
        key = {"x-api-key": new_key(aws_url, name)}
        for title, headers in (("token", bearer), ("API key", key), ("both", bearer | key)):
            with redirect_stdout(nowhere):  # the time includes the log line of every decision
                first = milliseconds(headers)
                times = [milliseconds(headers) for _ in range(DECISIONS)]
            medians.append(statistics.median(times))
            table.add_row(title, f"{first:.1f}", f"{medians[-1]:.3f}", f"{statistics.quantiles(times, n=100)[98]:.3f}")
        key_requests = urllib3.request("GET", f"{identity.url}/_state").json()["jwksRequests"]
    console = Console(width=100)
    console.print(table)
    console.print(f"Requests for the identity server's keys: {key_requests}. Budget: {BUDGET_MS} ms, median.")
    return 0 if max(medians) < BUDGET_MS else 1


if __name__ == "__main__":
    sys.exit(main())
