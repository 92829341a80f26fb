"""The companies' secrets in Parameter Store: the move there on a deployed stack, whose emulator enforces IAM."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.companies import COMPANIES
from local.stack.processes import free_port
from local.stack.stack import LocalStack, local_stack
from tests.command_line import CommandLine
from tests.e2e.client import COMPLETED, Bridge
from tests.e2e.settings import SETTINGS, company_without_settings, succeeded, vaka_online_members

SEEDED = sorted(company.id for company in COMPANIES if company.users is not None)


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """A stack with both stores, whose companies were connected while there was only Secrets Manager."""
    with local_stack(free_port(), SecretStore="Both") as running:
        yield running


@pytest.fixture
def cli(stack: LocalStack, tmp_path: Path) -> CommandLine:
    file = tmp_path / "stack.json"
    file.write_text(json.dumps(stack.describe()))
    return CommandLine({"BOKABRIDGE_STACK_FILE": str(file)})


def secrets_found(cli: CommandLine) -> list[str]:
    """The subjects of what the doctor finds about secrets."""
    return [each["Subject"] for each in cli.run("doctor", "--json").json["Checks"]["secrets"]]


def test_secrets_move_without_a_loss(cli: CommandLine, bridge: Bridge) -> None:
    assert len(secrets_found(cli)) == len(SEEDED), "They are in Secrets Manager only."
    copied = cli.run("secrets", "copy", "--json").json
    assert copied == [{"CompanyId": each, "Result": "saved"} for each in SEEDED]
    assert {each for each in secrets_found(cli) if each.startswith("/")} == set(), "Parameter Store has them all."
    for company in SEEDED:  # the emulator does not give a new secret's first version the id that we name
        succeeded(bridge.call("PUT", SETTINGS, body=vaka_online_members(company)))
    assert secrets_found(cli) == []
    secrets = bridge.stack.deployment.client("secretsmanager")
    for company in SEEDED:
        secrets.delete_secret(SecretId=f"bokabridge/dev/axema/{company}", ForceDeleteWithoutRecovery=True)
    job = bridge.sync(SEEDED[0])
    assert job["Status"] == COMPLETED, job


def test_company_is_connected_rotated_and_removed_in_both_stores(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 3)
    succeeded(bridge.call("POST", SETTINGS, body=vaka_online_members(company)))
    assert bridge.sync(company)["Status"] == COMPLETED
    for _ in range(2):
        succeeded(bridge.call("PUT", SETTINGS, body=vaka_online_members(company)))
    parameters = bridge.stack.deployment.client("ssm")
    path = f"/bokabridge/dev/axema/{company}"
    assert len(parameters.get_parameters_by_path(Path=path)["Parameters"]) == 3, "The former ones may be in use."
    assert bridge.sync(company)["Status"] == COMPLETED
    succeeded(bridge.call("DELETE", SETTINGS, CompanyId=company))
    assert parameters.get_parameters_by_path(Path=path)["Parameters"] == []
