"""`make demo`: the main job, watched from the outside. Starts the stack if it is not up."""

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import urllib3
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from local.demo_voss import DemoFailed, expect, show_voss
from local.identity.realm import CLIENT_ID
from local.identity.realm_api import REALM_PATH
from local.stack.paths import STACK_FILE
from local.stack.processes import StartError
from local.up import DEFAULT_PORT, published_stack

JOBS = "/codelock/axema/usersync"
TOKEN_PATH = f"{REALM_PATH}/protocol/openid-connect/token"
COMPLETED, FAILED = 2, 3
GIVE_UP_AFTER = 120.0
"""Seconds that a sync may take."""

console = Console()


class Client:
    """An administrator of one company, calling the API over HTTP with the token that they signed in for."""

    def __init__(self, stack: dict[str, Any], company: dict[str, Any], user: dict[str, str]) -> None:
        self.axema_url: str = stack["AxemaUrl"]
        self.company_id: str = company["CompanyId"]
        self._url: str = stack["ApiUrl"]
        token = sign_in(stack["IdentityUrl"] + TOKEN_PATH, user)
        self._http = urllib3.PoolManager(headers={"Authorization": f"Bearer {token}"}, timeout=60)

    def call(self, method: str, path: str) -> dict[str, Any]:
        """The answer's body. Raises DemoFailed when it is no success."""
        response = self._http.request(method, self._url + path)
        if response.status != 200:
            raise DemoFailed(f"{method} {path} answered {response.status}: {response.data.decode(errors='replace')}")
        body: dict[str, Any] = response.json()
        return body

    def change_people(self, number: int) -> None:
        """Has so many people's records changed in the Axema simulator."""
        body = {"company": self.company_id, "changed": number}
        response = self._http.request("PUT", f"{self.axema_url}/_control", json=body)
        if response.status != 200:
            raise DemoFailed(f"The simulator answered {response.status}.")


def sign_in(url: str, user: dict[str, str]) -> str:
    """An access token by the password grant, as BokaMera's own integrations get theirs. Raises DemoFailed."""
    form = {
        "grant_type": "password",
        "client_id": CLIENT_ID,
        "username": user["Username"],
        "password": user["Password"],
    }
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    response = urllib3.request("POST", url, body=urlencode(form), headers=headers)
    if response.status != 200:
        raise DemoFailed(f"The identity simulator answered {response.status} to {user['Username']}.")
    token: str = response.json()["access_token"]
    return token


def main() -> int:
    """Exit code 0 when everything was shown, 1 with the reason when not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT)
    try:
        with running_stack(parser.parse_args().port) as stack:
            show(stack)
            show_voss(stack, console)
            console.print("[bold green]Shown:[/] a usage that was asked for twice is on VOSS's bill once.")
    except (DemoFailed, StartError, urllib3.exceptions.HTTPError) as error:
        console.print(f"\n[bold red]The demo failed:[/] {error}")
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


@contextmanager
def running_stack(port: int) -> Iterator[dict[str, Any]]:
    """The stack that `make up` keeps running, or one of our own for as long as the demo takes."""
    stack = _stack_that_is_up()
    if stack:
        console.print(f"The stack that is up at {stack['ApiUrl']} is used.")
        yield stack
        return
    console.print("Starting the local stack (emulator of AWS, the built template, simulators of what is around it) …")
    with published_stack(port, STACK_FILE) as started:
        yield started.describe()


def _stack_that_is_up() -> dict[str, Any] | None:
    try:
        stack: dict[str, Any] = json.loads(STACK_FILE.read_text())
        urllib3.request("GET", stack["ApiUrl"], retries=False, timeout=2)
    except (OSError, ValueError, KeyError, urllib3.exceptions.HTTPError):
        return None
    return stack


def show(stack: dict[str, Any]) -> None:
    """Three syncs of the company with the most people: a first one, one without and one with changes."""
    company = max(stack["Companies"], key=lambda company: company["Users"])
    people, changed = company["Users"], company["Users"] // 100
    user = stack["Users"]["otherCompany"]
    console.print(f"\n{user['Username']}, who may write, signs in at {stack['IdentityUrl']}.")
    client = Client(stack, company, user)
    console.print(f"\n[bold]{company['Name']}[/] has {people} people in Axema. POST {JOBS} starts a sync:\n")

    client.change_people(0)
    first = sync(client, people, "first sync")
    console.print(job_table(client, first))
    console.print(customers_table(client))
    expect(first["UsersFound"] == people, f"{people} people were to be found, not {first['UsersFound']}.")

    second = sync(client, people, "second sync")
    writes = second["UsersCreated"] + second["UsersUpdated"]
    expect(writes == 0, f"Nobody had changed, but {writes} were written.")

    client.change_people(changed)
    third = sync(client, people, f"third sync, {changed} people changed in Axema")
    expect(third["UsersUpdated"] == changed, f"{changed} were to be updated, not {third['UsersUpdated']}.")
    console.print(job_table(client, third))
    console.print(
        f"\n[bold green]Shown:[/] {people} Axema users became BokaMera customers; a second sync wrote nobody, because "
        f"nobody had changed; a third one wrote the {changed} who had."
    )


def sync(client: Client, people: int, title: str) -> dict[str, Any]:
    """Starts a sync and draws its progress from what GET tells."""
    job = client.call("POST", JOBS)
    deadline = time.monotonic() + GIVE_UP_AFTER
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        bar = progress.add_task(title, total=people)
        while job["Status"] not in (COMPLETED, FAILED):
            expect(time.monotonic() < deadline, f"The sync was not finished after {GIVE_UP_AFTER:.0f} seconds.")
            time.sleep(0.2)
            job = client.call("GET", f"{JOBS}/{job['Id']}")
            progress.update(bar, completed=job.get("UsersFound", 0))
    expect(job["Status"] == COMPLETED, f"The sync failed: {job.get('ErrorMessage')}")
    return job


def job_table(client: Client, job: dict[str, Any]) -> Table:
    """The job as GET shows it, and the two counters that the contract's DTO has no member for."""
    more = client.call("GET", f"{JOBS}/{job['Id']}/issues?Take=0")
    table = Table("Member", "Value", title="The job")
    for name, value in [*job.items(), ("(unchanged)", more["UsersUnchanged"]), ("(skipped)", more["UsersSkipped"])]:
        table.add_row(name, str(value))
    return table


def customers_table(client: Client) -> Table:
    """Ten of the customers."""
    page = client.call("GET", "/customers?Take=10")
    table = Table("Firstname", "Lastname", "Email", "Phone", title=f"Ten of {page['Total']} customers")
    for customer in page["Results"]:
        table.add_row(*(customer.get(name, "") for name in ("Firstname", "Lastname", "Email", "Phone")))
    return table


if __name__ == "__main__":
    sys.exit(main())
