"""The safeguards' part of the demo: a preview, a held sync, people who left, a cancelled sync, and health.

The company is as Axema has it before and after.
"""

import time
from collections.abc import Callable
from typing import Any

from rich.console import Console
from rich.table import Table

from local.demo_client import JOBS, Client
from local.demo_voss import expect

COMPLETED, FAILED = 2, 3
HEALTH = "/codelock/axema/health"
SECONDS = 120.0
"""The longest that a sync may take."""


def show_safeguards(client: Client, people: int, console: Console) -> None:
    """Show each of them for a company with this number of people. Raises DemoFailed."""
    _preview(client, people // 50, console)
    _hold(client, people * 3 // 10, console)
    _cancel(client, people, console)
    _health(client, people, console)
    console.print(
        "[bold green]Shown:[/] a preview wrote nobody and told what the sync did; a list without many people was held "
        "back until it was forced; a cancelled sync stopped and kept what it had written; one call says how it all is."
    )


def _preview(client: Client, changed: int, console: Console) -> None:
    client.steer(changed=changed)
    preview = _run(client, "?DryRun=true")
    planned = client.call("GET", f"{JOBS}/{preview['Id']}/changes?Take=1000")["Results"]
    table = Table("Name", "Kind", "Field", "Before", "After", title=f"A preview: {len(planned)} people would change")
    for change in planned[:3]:
        for field in change["Fields"]:
            table.add_row(*(change["Name"], change["Kind"], field["Field"]), field.get("Before"), field.get("After"))
    console.print(table)
    done = _run(client)
    told = client.call("GET", f"{JOBS}/{done['Id']}/changes?Take=1000")["Results"]
    without_outcome = [[{**each, "Outcome": ""} for each in changes] for changes in (planned, told)]
    expect(without_outcome[0] == without_outcome[1], "the sync did something else than its preview said.")


def _hold(client: Client, left: int, console: Console) -> None:
    client.steer(removed=left)
    held = _run(client, expected=FAILED)
    console.print(f"\nAxema's list loses {left} people: {held['ErrorMessage']}", soft_wrap=True)
    forced = _run(client, "?Force=true")
    missing = client.call("GET", f"{JOBS}/{forced['Id']}/issues?Take=0")["UsersMissing"]
    gone = client.call("GET", f"{JOBS}/{forced['Id']}/changes?Kind=Left&Take=1")["Results"][0]
    console.print(f"With Force: {missing} people are missing, such as {gone['Name']}; their customers stay.")
    expect(missing >= left, f"{missing} people are missing instead of {left}.")
    client.steer(removed=0)
    _run(client, "?Force=true")


def _cancel(client: Client, people: int, console: Console) -> None:
    client.steer(changed=people)
    job = client.call("POST", f"{JOBS}?Force=true")
    job = _wait(client, job, lambda job: job.get("UsersUpdated", 0) > 0)
    expect(client.call("GET", HEALTH).get("RunningId") == job["Id"], "the health does not name the running job.")
    client.call("DELETE", f"{JOBS}/{job['Id']}")
    ended = _wait(client, job, lambda job: job["Status"] in (COMPLETED, FAILED))
    expect(ended["Status"] == FAILED, "the sync was not cancelled.")
    console.print(f"\nDELETE …/{{Id}}: {ended['UsersUpdated']} customers were written. {ended['ErrorMessage']}\n")
    client.steer(changed=0)
    _run(client, "?Force=true")


def _health(client: Client, people: int, console: Console) -> None:
    health = client.call("GET", HEALTH)
    shown = ("LastCompletedDate", "UsersFound", "UsersMissing", "FailuresInRow", "Paused")
    table = Table("Member", "Value", title=f"GET {HEALTH}")
    for name in shown:
        table.add_row(name, str(health[name]))
    console.print(table)
    expect((health["UsersFound"], health["FailuresInRow"]) == (people, 0), f"the health is {health}.")


def _run(client: Client, query: str = "", expected: int = COMPLETED) -> dict[str, Any]:
    """Run a sync, and return its final job, which must have the expected status."""
    job = _wait(client, client.call("POST", JOBS + query), lambda job: job["Status"] in (COMPLETED, FAILED))
    expect(job["Status"] == expected, f"a sync ended as {job['StatusName']}: {job.get('ErrorMessage')}")
    return job


def _wait(client: Client, job: dict[str, Any], until: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    deadline = time.monotonic() + SECONDS
    while not until(job):
        expect(time.monotonic() < deadline, f"the sync did not get there within {SECONDS:.0f} seconds.")
        time.sleep(0.2)
        job = client.call("GET", f"{JOBS}/{job['Id']}")
    return job
