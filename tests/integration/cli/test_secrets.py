"""`bokabridge secrets copy`, and the settings' operations with each store."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.aws_account import FakeStack
from tests.command_line import CommandLine, axema_members
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import aws_client
from tests.integration.cli.conftest import PEOPLE
from tests.wired import Wired, clear_caches, wired

STORES = ["SecretsManager", "Both", "ParameterStore"]


@pytest.fixture
def application(request: pytest.FixtureRequest) -> Iterator[Wired]:
    with wired({COMPANY_ID: PEOPLE, OTHER_COMPANY_ID: 1}, SECRET_STORE=request.param) as found:
        yield found


def deploy(stack: FakeStack, store: str) -> None:
    """What a deployment with another SecretStore changes."""
    stack.parameters["SecretStore"] = store
    os.environ["SECRET_STORE"] = store  # the application's fixture restores it
    clear_caches()


def held() -> tuple[int, int]:
    """The number of companies' secrets in Secrets Manager, and of parameters."""
    secrets = aws_client("secretsmanager").list_secrets()["SecretList"]
    companies = [each for each in secrets if "/axema/" in each["Name"]]
    return len(companies), len(aws_client("ssm").describe_parameters()["Parameters"])


@pytest.mark.parametrize("application", STORES, indirect=True)
def test_settings_are_saved_tested_rotated_and_deleted_with_any_store(
    cli: CommandLine, application: Wired, tmp_path: Path
) -> None:
    members = axema_members(COMPANY_ID, tmp_path)
    saved = cli.run("settings", "set", *members)
    assert saved.code == 0, saved.err
    assert cli.run("settings", "test").code == 0
    assert cli.run("settings", "set", "ScheduleTimezone=Europe/Helsinki").code == 0
    (tmp_path / "wrong").write_text("wrong")
    assert cli.run("settings", "set", f"ClientSecret=@{tmp_path / 'wrong'}").code == 0
    assert cli.run("settings", "test").code == 1
    assert cli.run("settings", "set", *members).code == 0
    assert cli.run("settings", "test").code == 0
    store = os.environ["SECRET_STORE"]
    secrets, parameters = held()
    assert (secrets > 0, parameters > 0) == (store != "ParameterStore", store != "SecretsManager")


@pytest.mark.parametrize("application", ["SecretsManager"], indirect=True)
def test_secrets_move_to_parameter_store_and_back(
    cli: CommandLine, deployed: FakeStack, application: Wired, tmp_path: Path
) -> None:
    for company in (COMPANY_ID, OTHER_COMPANY_ID):
        (tmp_path / company).mkdir()
        members = axema_members(company, tmp_path / company)
        assert cli.run("settings", "set", *members, "--company", company).code == 0
    refused = cli.run("secrets", "copy")
    assert (refused.code, "Deploy with SecretStore=Both first" in refused.err) == (2, True)
    for target in ("ParameterStore", "SecretsManager"):
        deploy(deployed, "Both")
        copied = cli.run("secrets", "copy", "--json")
        assert copied.json == [{"CompanyId": each, "Result": "saved"} for each in (COMPANY_ID, OTHER_COMPANY_ID)]
        assert held() == (2, 2)
        deploy(deployed, target)
        for company in (COMPANY_ID, OTHER_COMPANY_ID):
            tested = cli.run("settings", "test", "--company", company)
            assert tested.code == 0, f"{target}: {tested.out}{tested.err}"


@pytest.mark.parametrize("application", ["Both"], indirect=True)
def test_copy_names_the_companies_that_it_could_not_save(
    caller: Callable[[str], CommandLine], cli: CommandLine, deployed: FakeStack, application: Wired, tmp_path: Path
) -> None:
    deploy(deployed, "Both")
    assert cli.run("secrets", "copy").out.strip() == "No company has Axema settings."
    assert cli.run("settings", "set", *axema_members(COMPANY_ID, tmp_path)).code == 0
    shown = caller("read").run("secrets", "copy", "--json")
    (row,) = shown.json
    assert shown.code == 1
    assert (row["CompanyId"], row["Result"] != "saved") == (COMPANY_ID, True)
