"""The real `sam deploy` and `sam delete`, to an emulator: syncs survive a deployment, and customers outlive the stack.

The tests deploy the output of `sam build`; only the workflow is adapted to the emulator, and the page worker has 30 s
instead of 120 s, because a deployment kills it here and the next one waits for its end. The functions have the runtime
`python3.13`, which is the emulator's own Python worker here. Only these tests run the exact folder that goes to AWS;
all others run it as the local stack does.
"""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

import pytest
import yaml

from bokabridge.adapters.dynamodb.keys import CUSTOMER, LINK
from local.axema.simulator import AxemaSimulator
from local.stack.emulator import client, emulator
from local.stack.paths import BUILD
from local.stack.processes import free_port
from tests.axema import steer
from tests.data import COMPANY_ID
from tests.e2e.checkout import checkout, sam
from tests.e2e.client import COMPLETED, JOBS, PROCESSING
from tests.e2e.deployed import DeployedStack, connected, items, outputs, resource_names
from tests.template import BEHIND_THE_API, resources

PEOPLE = 2000
PAGE_LOGS = "/bokabridge/bokabridge-dev/usersync-page"
UNKNOWN_JOB = "00000000-0000-4000-8000-000000000001"


@dataclass(frozen=True, slots=True)
class Site:
    """The checkout that is deployed, and the emulator and simulator that it is deployed to."""

    folder: Path
    aws_url: str
    axema_url: str

    def sam(self, *arguments: str) -> None:
        done = sam(self.folder, self.aws_url, self.folder.parent, *arguments)
        assert done.returncode == 0, done.stdout + done.stderr

    def change(self, file: str, before: str, after: str) -> None:
        """Change a file of the build, and remove its bytecode, which Python would use without a look at the file."""
        path = self.folder / ".aws-sam" / "build" / file
        text = path.read_text()
        assert text.count(before) == 1
        path.write_text(text.replace(before, after))
        Path(cache_from_source(str(path))).unlink(missing_ok=True)

    def set_timeout(self, function: str, seconds: int) -> None:
        """Change the timeout of a function in the built template."""
        path = self.folder / ".aws-sam" / "build" / "template.yaml"
        built = yaml.safe_load(path.read_text())
        built["Resources"][function]["Properties"]["Timeout"] = seconds
        path.write_text(yaml.safe_dump(built, sort_keys=False))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    scratch: Path = tmp_path_factory.mktemp("site")
    with emulator(free_port(), scratch) as aws_url, AxemaSimulator({COMPANY_ID: PEOPLE}) as axema:
        simulators = {
            "AxemaApiUrl": axema.url,
            "AxemaTokenUrl": f"{axema.url}/oauth2/v2.0/token",
            "PageBudgetSeconds": "2",
        }
        folder = checkout(scratch / "repository", aws_url, simulators)
        shutil.copytree(BUILD, folder / ".aws-sam" / "build")
        yield Site(folder, aws_url, axema.url)


@dataclass(frozen=True, slots=True)
class Story:
    """Observations before, during and after a deployment in the middle of a sync."""

    made: dict[str, list[str]]
    before: dict[str, Any]
    after: dict[str, Any]
    end: dict[str, Any]
    issues: dict[str, Any]
    executions: list[dict[str, Any]]
    customers: list[str]
    customers_of_people: list[str]
    """The customer of each Axema user."""
    live: tuple[dict[str, str], dict[str, str]]
    messages: tuple[str, str]
    pages: list[int]
    """The version of the page worker at each invocation."""


@pytest.fixture(scope="module")
def story(site: Site) -> Story:
    """Deploy a second version of the page worker and of our own layer while the first version runs a sync."""
    site.set_timeout("UserSyncPageFunction", 30)
    site.change("UserSyncPageFunction/app.py", "    stop_at = ", '    print("page worker 1")\n    stop_at = ')
    site.sam("deploy", "--config-env", "dev")
    stack = connected(site.aws_url, COMPANY_ID)
    live, message = stack.live_versions(), unknown_job(stack)
    steer(site.axema_url, COMPANY_ID, pageSize=20, latencyMs=500)
    job_id = stack.start()
    before = stack.wait_for_job(job_id, Status=PROCESSING, UsersFound=100)

    site.change("UserSyncPageFunction/app.py", "page worker 1", "page worker 2")
    site.change(
        "BokabridgeLayer/python/bokabridge/usersync/read.py", "no sync job with", "in version 2 no sync job with"
    )
    site.sam("deploy", "--config-env", "dev")
    after, running = stack.call("GET", f"{JOBS}/{job_id}"), stack.executions()
    steer(site.axema_url, COMPANY_ID, latencyMs=0)
    end = stack.wait_for_job(job_id, Status=COMPLETED)
    return Story(
        resource_names(site.aws_url),
        before,
        {**after, "Executions": [run["status"] for run in running]},
        end,
        stack.call("GET", f"{JOBS}/{job_id}/issues"),
        stack.executions(),
        [item["SK"]["S"] for item in items(site.aws_url, outputs(site.aws_url)["CustomersTableName"])],
        customers_of_people(site.aws_url),
        (live, stack.live_versions()),
        (message, unknown_job(stack)),
        page_workers(site.aws_url),
    )


def unknown_job(stack: DeployedStack) -> str:
    """The message of our own layer about a job that does not exist."""
    return str(stack.call("GET", f"{JOBS}/{UNKNOWN_JOB}")["ResponseStatus"]["Message"])


def page_workers(aws_url: str) -> list[int]:
    """The version of the page worker at each invocation, in order."""
    pages = client("logs", aws_url).get_paginator("filter_log_events").paginate(logGroupName=PAGE_LOGS)
    messages = [event["message"] for page in pages for event in page["events"]]
    return [int(found[1]) for message in messages if (found := re.search(r"page worker (\d)", message))]


def customers_of_people(aws_url: str) -> list[str]:
    links = items(aws_url, outputs(aws_url)["UserSyncTableName"])
    return [item["CustomerId"]["S"] for item in links if item["SK"]["S"].startswith(LINK)]


def test_every_kind_of_resource_was_created(story: Story) -> None:
    assert [kind for kind, names in story.made.items() if not names] == []


def test_sync_ran_before_the_deployment_and_kept_running_after_it(story: Story) -> None:
    assert story.before["Status"] == story.after["Status"] == PROCESSING
    assert story.after["Executions"] == ["RUNNING"]
    assert 0 < story.before["UsersFound"] < story.after["UsersFound"] < PEOPLE


def test_first_version_began_the_sync_and_second_version_finished_it(story: Story) -> None:
    assert set(story.pages) == {1, 2}
    assert story.pages == sorted(story.pages)


def test_sync_finished_once_and_counted_each_user_once(story: Story) -> None:
    assert story.end["Status"] == COMPLETED, story.end.get("ErrorMessage")
    counters = [story.end["UsersFound"], story.end["UsersCreated"], story.end["UsersUpdated"]]
    assert counters == [PEOPLE, PEOPLE, 0]
    assert (story.issues["UsersUnchanged"], story.issues["UsersSkipped"]) == (0, 0)
    assert [run["status"] for run in story.executions] == ["SUCCEEDED"]


def test_each_user_has_exactly_one_customer(story: Story) -> None:
    assert len(story.customers) == len(story.customers_of_people) == PEOPLE
    assert {f"{CUSTOMER}{customer_id}" for customer_id in story.customers_of_people} == set(story.customers)


def test_api_runs_the_second_version_of_our_own_layer(story: Story) -> None:
    assert story.live == (dict.fromkeys(BEHIND_THE_API, "1"), dict.fromkeys(BEHIND_THE_API, "2"))
    assert story.messages == (
        "There is no sync job with this id.",
        "There is in version 2 no sync job with this id.",
    )


@pytest.fixture(scope="module")
def left(site: Site, story: Story) -> dict[str, list[str]]:
    """The resources that are left after the stack was deleted."""
    site.sam("delete", "--config-env", "dev", "--no-prompts")
    return resource_names(site.aws_url)


def test_deleted_stack_leaves_only_its_tables_and_the_companies_secrets(
    story: Story, left: dict[str, list[str]]
) -> None:
    retained = [name for name, resource in resources().items() if resource.get("DeletionPolicy") == "Retain"]
    assert len(story.made["tables"]) == len(retained) >= 3
    assert {kind: names for kind, names in left.items() if names} == {
        "tables": story.made["tables"],
        "secrets": [f"bokabridge/dev/axema/{COMPANY_ID}"],
        "schedule groups": ["default"],  # every account has this group
    }


def test_table_of_a_deleted_stack_still_has_the_customers(site: Site, left: dict[str, list[str]]) -> None:
    (table,) = [name for name in left["tables"] if "CustomersTable" in name]
    assert len(items(site.aws_url, table)) == PEOPLE
