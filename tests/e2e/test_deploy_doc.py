"""The commands of docs/deploy.md, run against the emulator: build, deploy, a sync, a rollback and the deletion.

Unlike other tests of a deployed stack, this one does not enforce IAM. The emulator checks the permission on a schedule
in the group `default`. The launcher works around this (`local/stack/deploy.py`), but a document cannot.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import pytest

from local.axema.credentials import credentials
from local.axema.simulator import AxemaSimulator
from local.stack.emulator import client, emulator
from local.stack.paths import ROOT
from local.stack.processes import free_port
from tests.data import COMPANY_ID
from tests.docs import blocks, commands
from tests.e2e.checkout import change, checkout, environment
from tests.e2e.deployed import resource_names
from tests.e2e.shell import Shell

DOC = ROOT / "docs" / "deploy.md"
HERE = [
    "Build",
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
class Walk:
    """The output of the document's commands, the hash of the API's code after each deployment, and what is left."""

    printed: dict[str, str]
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
    ):
        simulators = {"AxemaApiUrl": axema.url, "AxemaTokenUrl": f"{axema.url}/oauth2/v2.0/token"}
        folder = checkout(scratch / "repository", aws_url, simulators)
        shell = Shell(folder, {**environment(aws_url, scratch), **vaka_online_variables()}, scratch / "memory")
        first_walk = HERE[: HERE.index("API keys") + 1]
        printed = {section: shell.run(commands(DOC, section)) for section in first_walk}
        first = running(aws_url)
        change(
            folder, "functions/usersync/api/app.py", '"""The HTTP operations', '"""The second version of the operations'
        )
        shell.run(commands(DOC, "Deploy"))
        second = running(aws_url)
        printed["Roll back"] = shell.run(commands(DOC, "Roll back"))
        rolled_back = running(aws_url)
        printed["Take a stack away"] = shell.run(commands(DOC, "Take a stack away"))
        yield Walk(printed, first, second, rolled_back, resource_names(aws_url))


def vaka_online_variables() -> dict[str, str]:
    """The four variables that the document uses."""
    axema = credentials(COMPANY_ID)
    return {
        "VAKA_DEVICEID": axema.device_id,
        "VAKA_CLIENTID": axema.client_id,
        "VAKA_CLIENTSECRET": axema.client_secret,
        "VAKA_APIKEY": axema.api_key,
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
    job, end = json.JSONDecoder().raw_decode(steps.printed["A sync, followed"])
    assert job["StatusName"] == "Completed"
    assert job["UsersCreated"] == PEOPLE
    assert json.loads(steps.printed["A sync, followed"][end:])["Total"] == PEOPLE


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
