"""`make demo`: sync 5,000 people, show the safeguards and bill one usage, as a client of the API.

Starts the stack if it is not up.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import urllib3
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from local.demo_client import JOBS, Client
from local.demo_safeguards import show_safeguards
from local.demo_voss import DemoFailed, expect, show_voss
from local.foreground import stop_on_signals
from local.stack.lock import LockHeld, hold
from local.stack.processes import StartError, first_port
from local.up import StackFileTaken, add_arguments, claimed, started_stack

COMPLETED, FAILED = 2, 3
SYNC_SECONDS = 120.0
"""The longest that a sync may take."""

START_SECONDS = 180.0
"""The longest wait for a stack that `make up` is starting."""

console = Console()


def main() -> int:
    """Run the demo and return its exit code: 0 if it showed everything, 1 if not, 130 after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    add_arguments(parser)
    arguments = parser.parse_args()
    stop_on_signals()
    try:
        port, stack_file = first_port(arguments.port), arguments.stack_file
        with only_demo(stack_file), running_stack(port, stack_file) as stack:
            show(stack)
            show_voss(stack, console)
            console.print("[bold green]Shown:[/] a usage that was sent twice is on VOSS's bill once.")
    except (DemoFailed, StartError) as error:
        console.print(f"\n[bold red]The demo failed:[/] {error}", soft_wrap=True)
        return 1
    except urllib3.exceptions.HTTPError as error:
        console.print(f"\n[bold red]The demo failed:[/] the stack no longer responds ({error}). Run it again.")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def only_demo(stack_file: Path) -> Iterator[None]:
    """Keep other demos off the stack, because they would change each other's people. Raises DemoFailed."""
    try:
        with hold(stack_file.with_name(f"{stack_file.name}.demo-lock"), f"process {os.getpid()}"):
            yield
    except LockHeld as holder:
        raise DemoFailed(f"another demo is running ({holder}). Wait until it ends, then run this one again.") from None


@contextmanager
def running_stack(port: int, stack_file: Path) -> Iterator[dict[str, Any]]:
    """The stack that `make up` keeps running, or one that runs as long as the demo. Raises StartError."""
    with ExitStack() as entered:
        stack = _claim_or_find(entered, port, stack_file)
        if stack is None:
            console.print("Starting the local stack: the emulator, the built template and the simulators …")
            stack = entered.enter_context(started_stack(port, stack_file)).describe()
        else:
            console.print(f"Using the stack that is up at {stack['ApiUrl']}.")
        yield stack


def _claim_or_find(entered: ExitStack, port: int, stack_file: Path) -> dict[str, Any] | None:
    """Claim the stack file and return None, or return the stack of the process that has claimed it."""
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            entered.enter_context(claimed(stack_file, port))
        except StackFileTaken:
            stack = _read(stack_file)
            if stack is None and time.monotonic() > deadline:
                raise
        else:
            return None
        if stack:
            return stack
        time.sleep(0.2)


def _read(stack_file: Path) -> dict[str, Any] | None:
    """The description of the stack; None while it is starting or stopping."""
    try:
        stack: dict[str, Any] = json.loads(stack_file.read_text())
    except FileNotFoundError:
        return None
    return stack


def show(stack: dict[str, Any]) -> None:
    """Sync the company with the most people three times: at first, without changes, and with changes."""
    company = max(stack["Companies"], key=lambda company: company["Users"])
    people, changed = company["Users"], company["Users"] // 100
    user = stack["Users"]["otherCompany"]
    console.print(f"\n{user['Username']}, who has the role write, signs in at {stack['IdentityUrl']}.")
    client = Client(stack, company, user)
    console.print(f"\n[bold]{company['Name']}[/] has {people} people in Axema. POST {JOBS} starts a sync:\n")

    client.steer(changed=0, removed=0)
    first = sync(client, people, "first sync")
    console.print(job_table(client, first))
    console.print(customers_table(client))
    expect(first["UsersFound"] == people, f"the first sync found {first['UsersFound']} people instead of {people}.")

    second = sync(client, people, "second sync")
    writes = second["UsersCreated"] + second["UsersUpdated"]
    expect(writes == 0, f"the second sync wrote {writes} customers although nobody had changed.")

    client.steer(changed=changed)
    third = sync(client, people, f"third sync, {changed} people changed in Axema")
    expect(
        third["UsersUpdated"] == changed,
        f"the third sync updated {third['UsersUpdated']} customers instead of {changed}.",
    )
    console.print(job_table(client, third))
    console.print(
        f"\n[bold green]Shown:[/] {people} Axema users became BokaMera customers; the second sync wrote nobody, "
        f"because nobody had changed; the third wrote the {changed} people who had.\n"
    )
    show_safeguards(client, people, console)


def sync(client: Client, people: int, title: str) -> dict[str, Any]:
    """Start a sync, draw its progress from repeated GETs, and return the completed job."""
    job = client.call("POST", JOBS)
    deadline = time.monotonic() + SYNC_SECONDS
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(title, total=people)
        while job["Status"] not in (COMPLETED, FAILED):
            expect(time.monotonic() < deadline, f"the sync did not finish within {SYNC_SECONDS:.0f} seconds.")
            time.sleep(0.2)
            job = client.call("GET", f"{JOBS}/{job['Id']}")
            progress.update(bar, completed=job.get("UsersFound", 0))
    expect(job["Status"] == COMPLETED, f"the sync failed: {job.get('ErrorMessage')}")
    return job


def job_table(client: Client, job: dict[str, Any]) -> Table:
    """The job as GET returns it, with the two counters that its DTO does not have."""
    more = client.call("GET", f"{JOBS}/{job['Id']}/issues?Take=0")
    table = Table("Member", "Value", title="The job")
    for name, value in [*job.items(), ("(unchanged)", more["UsersUnchanged"]), ("(skipped)", more["UsersSkipped"])]:
        table.add_row(name, str(value))
    return table


def customers_table(client: Client) -> Table:
    """The first ten customers."""
    page = client.call("GET", "/customers?Take=10")
    table = Table("Firstname", "Lastname", "Email", "Phone", title=f"Ten of {page['Total']} customers")
    for customer in page["Results"]:
        table.add_row(*(customer.get(name, "") for name in ("Firstname", "Lastname", "Email", "Phone")))
    return table


if __name__ == "__main__":
    sys.exit(main())
