"""The commands of docs/deploy.md, run against the emulator: build, deploy, a sync, a rollback and the deletion.

`bokabridge doctor` finds nothing on the stack that they deploy, and then each fault that is put into it.

Unlike other tests of a deployed stack, this one does not enforce IAM. The emulator checks the permission on a schedule
in the group `default`. The launcher works around this (`local/stack/deploy.py`), but a document cannot.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from local.axema.credentials import credentials
from local.axema.simulator import AxemaSimulator
from local.stack.emulator import client, emulator
from local.stack.paths import ROOT
from local.stack.processes import free_port
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from local.voss.simulator import VossSimulator
from tests.data import COMPANY_ID
from tests.docs import blocks, commands
from tests.e2e.checkout import change, checkout, environment
from tests.e2e.deployed import resource_names
from tests.e2e.faults import Findings, clock_ahead, examine, put_back, restore_secrets
from tests.e2e.shell import Shell

DOC = ROOT / "docs" / "deploy.md"
AWS = ROOT / ".local" / "env" / "awscli" / "bin" / "aws"
HERE = [
    "Build",
    "Parameters you must set",
    "Deploy",
    "After a deployment",
    "The first company",
    "A sync, followed",
    "API keys",
    "Roll back",
    "Take a stack away",
]

PEOPLE = 250

pytestmark = pytest.mark.timeout(1800)  # two builds and three deployments: 2 minutes, if nothing else runs


@dataclass(frozen=True, slots=True)
class Found:
    """The doctor's findings. `put_back` are those that it should have with `faults`."""

    without_parameters: Findings
    repaired: Findings
    put_back: Findings
    faults: Findings
    clock_ahead: Findings


@dataclass(frozen=True, slots=True)
class Walk:
    """The output of the document's commands, the hash of the API's code after each deployment, and what is left."""

    printed: dict[str, str]
    usage: str
    found: Found
    first: str
    second: str
    rolled_back: str
    left: dict[str, list[str]]


@pytest.fixture(scope="module")
def steps(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    scratch: Path = tmp_path_factory.mktemp("walk")
    with (
        emulator(free_port(), scratch, enforces_iam=False) as aws_url,
        AxemaSimulator({COMPANY_ID: PEOPLE}) as axema,
        VossSimulator([COMPANY_ID]) as voss,
    ):
        simulators = {
            "AxemaApiUrl": axema.url,
            "AxemaTokenUrl": f"{axema.url}/oauth2/v2.0/token",
            "VossTokenUrl": f"{voss.url}/oauth2/token",
            "VossScope": "voss-demo",
        }
        folder = checkout(scratch / "repository", aws_url, simulators)
        shell = Shell(folder, variables(aws_url, scratch), scratch / "memory")
        printed = {section: shell.run(commands(DOC, section)) for section in HERE[:2]}
        is_set = f"AlarmTopicArn={printed['Parameters you must set'].splitlines()[0]} VossBaseUrl={voss.url}"
        change(folder, "samconfig.toml", '"Stage=dev ', f'"Stage=dev {is_set} ')
        printed |= {section: shell.run(commands(DOC, section)) for section in HERE[2 : HERE.index("Roll back")]}
        usage = shell.run("bokabridge usage send KONSULT-TIM 6 --company $COMPANY && bokabridge usage list")
        first = running(aws_url)
        deploy_second_version(folder, shell, is_set)
        second, without_parameters = running(aws_url), examine(shell, aws_url)
        printed["Roll back"] = shell.run(commands(DOC, "Roll back"))
        rolled_back, repaired = running(aws_url), examine(shell, aws_url)
        with clock_ahead(aws_url) as later:
            with_clock_ahead = examine(shell, later)
        faults = put_back(aws_url, folder, COMPANY_ID)
        with_faults = examine(shell, aws_url)
        restore_secrets(aws_url, faults["secrets"])
        printed["Take a stack away"] = shell.run(commands(DOC, "Take a stack away"))
        found = Found(without_parameters, repaired, faults, with_faults, with_clock_ahead)
        yield Walk(printed, usage, found, first, second, rolled_back, left=resource_names(aws_url))


def deploy_second_version(folder: Path, shell: Shell, is_set: str) -> None:
    """Deploy a change of the code, without the parameters in `is_set`."""
    before, after = '"""The HTTP operations', '"""The second version of the operations'
    change(folder, "functions/usersync/api/app.py", before, after)
    change(folder, "samconfig.toml", is_set, r"AlarmTopicArn=\"\" VossBaseUrl=https://voss.invalid")
    shell.run(commands(DOC, "Deploy"))


def variables(aws_url: str, scratch: Path) -> dict[str, str]:
    """The environment of the document's commands: credentials for the emulator, AWS's command line, and the variables
    that the document uses.
    """
    (scratch / "bin").mkdir()
    (scratch / "bin" / "aws").symlink_to(AWS)
    axema, ours = credentials(COMPANY_ID), environment(aws_url, scratch)
    return {
        **ours,
        "PATH": f"{scratch / 'bin'}:{ours['PATH']}",
        "VAKA_DEVICEID": axema.device_id,
        "VAKA_CLIENTID": axema.client_id,
        "VAKA_CLIENTSECRET": axema.client_secret,
        "VAKA_APIKEY": axema.api_key,
        "VOSS_CLIENTID": CLIENT_ID,
        "VOSS_CLIENTSECRET": CLIENT_SECRET,
    }


def running(aws_url: str) -> str:
    """The hash of the code that API Gateway calls for the user sync."""
    functions = client("lambda", aws_url)
    names = [each["FunctionName"] for each in functions.list_functions()["Functions"]]
    (name,) = [name for name in names if "UserSyncApiFunction" in name]
    digest: str = functions.get_function_configuration(FunctionName=name, Qualifier="live")["CodeSha256"]
    return digest


def test_every_command_is_run_or_has_a_reason_why_not() -> None:
    sections = list(dict.fromkeys(block.section for block in blocks(DOC) if block.aws_only is None))
    assert sections == HERE
    assert DOC.read_text().count("```") == 2 * len(blocks(DOC))


def test_first_company_is_connected(steps: Walk) -> None:
    printed = steps.printed["The first company"].splitlines()
    assert ["CompanyId", COMPANY_ID] in [line.split() for line in printed]
    assert ["Success", "yes"] in [line.split() for line in printed]


def test_sync_of_the_first_company_completes(steps: Walk) -> None:
    job, customers, _ = after_the_sync(steps)
    assert (job["StatusName"], job["UsersCreated"]) == ("Completed", PEOPLE)
    assert customers["Total"] == PEOPLE


def after_the_sync(steps: Walk) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """The job, the customers, and the lines of the doctor's report."""
    printed, reader = steps.printed["A sync, followed"], json.JSONDecoder()
    job, end = reader.raw_decode(printed)
    customers, end_of_customers = reader.raw_decode(printed[end:].lstrip())
    return job, customers, printed[end:].lstrip()[end_of_customers:].splitlines()


def test_usage_is_forwarded_to_voss(steps: Walk) -> None:
    (usage,) = [line for line in steps.usage.splitlines() if "KONSULT-TIM" in line and "Sent" in line]
    assert usage


def test_doctor_finds_nothing_on_the_deployed_stack(steps: Walk) -> None:
    _, _, (heading, *checks) = after_the_sync(steps)
    assert heading.startswith("bokabridge-dev, version ")
    assert len(checks) >= 10
    assert {line.split()[0] for line in checks} == {"ok"}


def test_doctor_finds_the_parameters_that_are_no_longer_set(steps: Walk) -> None:
    assert steps.found.without_parameters.pop("parameters") == ["AlarmTopicArn", "VossBaseUrl"]
    (silent,) = steps.found.without_parameters.pop("alarm topics")
    assert re.fullmatch(r"all \d\d alarms", silent)
    assert steps.found.without_parameters == {}
    assert steps.found.repaired == {}


def test_doctor_finds_each_fault_that_is_put_back(steps: Walk) -> None:
    assert steps.found.faults == steps.found.put_back
    assert len(steps.found.faults["dead letters"]) == 5, "the webhook's queue is not there without a webhook"


def test_doctor_finds_a_clock_that_differs(steps: Walk) -> None:
    assert steps.found.clock_ahead == {"clocks": ["AWS"]}


def test_the_api_keys_are_listed_with_their_last_use_and_one_is_revoked(steps: Walk) -> None:
    key, header, *keys, revoked = steps.printed["API keys"].splitlines()
    assert str(UUID(key)) == key
    assert header.split()[:3] == ["Id", "CompanyId", "Role"]
    (read_id, *read), (_, *write) = sorted((line.split() for line in keys), key=lambda columns: columns[2])
    assert (read[:2], read[-2:]) == ([COMPANY_ID, "read"], ["active", "-"])
    assert write[:4] == [COMPANY_ID, "write", "never", "active"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:00Z", write[4])
    assert revoked == f"Revoked the API key {read_id} of company {COMPANY_ID}. It stops working within 60 s."


def test_rollback_restores_the_first_version_after_the_second_was_deployed(steps: Walk) -> None:
    assert steps.first != steps.second
    assert steps.rolled_back == steps.first


def test_deleted_stack_leaves_only_tables_secrets_and_the_default_schedule_group(steps: Walk) -> None:
    assert {kind for kind, names in steps.left.items() if names} == {"tables", "secrets", "schedule groups"}
