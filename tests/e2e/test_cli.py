"""The command line against the local stack: its functions, workflow and emulator of AWS."""

import csv
import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bokabridge.dates import format_date
from local.companies import COMPANIES
from local.stack.paths import ROOT
from local.stack.processes import free_port
from local.stack.stack import LocalStack, local_stack
from tests.command_line import CommandLine
from tests.docs import commands
from tests.e2e.client import Bridge
from tests.e2e.shell import Shell

NOW = f"{datetime.now(ZoneInfo('Europe/Stockholm')):%Y-%m}"


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """A stack of its own, because the doctor would find what other tests leave behind."""
    with local_stack(free_port()) as running:
        yield running


@pytest.fixture
def stack_file(stack: LocalStack, tmp_path: Path) -> Path:
    file = tmp_path / "stack.json"
    file.write_text(json.dumps(stack.describe()))
    return file


@pytest.fixture
def cli(stack_file: Path) -> CommandLine:
    return CommandLine({"BOKABRIDGE_STACK_FILE": str(stack_file)})


def faults(cli: CommandLine) -> dict[str, list[str]]:
    """The subjects of the doctor's findings, by check."""
    shown = cli.run("doctor", "--json")
    found = {check: [each["Subject"] for each in findings] for check, findings in shown.json["Checks"].items()}
    assert shown.code == (1 if any(found.values()) else 0)
    return {check: subjects for check, subjects in found.items() if subjects}


def test_sync_is_followed_to_its_end(cli: CommandLine, bridge: Bridge) -> None:
    company_id = bridge.new_company(40)
    job = cli.run("sync", "start", "--wait", "--company", company_id, "--json").json
    assert (job["StatusName"], job["UsersCreated"]) == ("Completed", 40)
    assert [each["Id"] for each in cli.run("sync", "list", "--company", company_id, "--json").json] == [job["Id"]]


def test_month_has_the_usages_of_all_companies(cli: CommandLine) -> None:
    companies = sorted(company.id for company in COMPANIES[:2])
    for company_id in companies:
        assert cli.run("usage", "send", "KONSULT-TIM", "6", "--company", company_id).code == 0
    shown = cli.run("usage", "month", NOW, "--csv")
    assert shown.code == 0, shown.err
    rows = [row for row in csv.DictReader(io.StringIO(shown.out)) if row["CompanyId"] in companies]
    assert [(row["CompanyId"], row["State"], row["Quantity"]) for row in rows] == [
        (company_id, "Sent", "6") for company_id in companies
    ]


def test_key_is_issued_used_and_revoked(cli: CommandLine, bridge: Bridge) -> None:
    company_id = bridge.new_company(1)
    issued = cli.run("keys", "issue", "--company", company_id, "--days", "1", "--json").json
    assert bridge.call_with({"x-api-key": issued["ApiKey"]}, "GET", "/customers").status == 200
    (listed,) = cli.run("keys", "list", "--company", company_id, "--json").json
    assert (listed["Id"], listed["State"]) == (issued["Id"], "active")
    assert cli.run("keys", "revoke", issued["Id"]).code == 0


def test_readme_commands(stack_file: Path, tmp_path: Path) -> None:
    env = {**os.environ, "BOKABRIDGE_STACK_FILE": str(stack_file)}
    printed = Shell(ROOT, env, tmp_path / "memory").run(commands(ROOT / "README.md", "The command line"))
    assert "Completed" in printed
    assert "FAULT" not in printed


def test_doctor_finds_nothing_and_then_each_fault_that_is_put_back(cli: CommandLine, bridge: Bridge) -> None:
    assert faults(cli) == {}
    company_id, deployment = bridge.new_company(1), bridge.stack.deployment
    sqs, secrets = deployment.client("sqs"), deployment.client("secretsmanager")
    queue = deployment.outputs["VossReconcileDeadLettersUrl"]
    secret = f"bokabridge/dev/axema/{company_id}"
    lease = {"JobId": {"S": "lost"}, "LeaseUntil": {"S": format_date(datetime.now(UTC) - timedelta(minutes=1))}}
    lock = {"PK": {"S": f"COMPANY#{company_id}"}, "SK": {"S": "LOCK"}}
    table = deployment.outputs["UserSyncTableName"]
    sqs.send_message(QueueUrl=queue, MessageBody="{}")
    secrets.delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    deployment.client("dynamodb").put_item(TableName=table, Item={**lock, **lease})
    try:
        assert faults(cli) == {
            "secrets": [secret],
            "dead letters": ["VossReconcileDeadLetters"],
            "sync jobs": ["job lost"],
        }
    finally:
        sqs.purge_queue(QueueUrl=queue)
        deployment.client("dynamodb").delete_item(TableName=table, Key=lock)
        secrets.create_secret(Name=secret, SecretString="{}")
    assert faults(cli) == {}
