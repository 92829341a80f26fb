"""A machine without credentials for AWS, and one that may use a deployed stack."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from tests.aws_account import OUTPUTS, STACK, FakeStack, aws_account
from tests.command_line import CommandLine, Outcome
from tests.data import COMPANY_ID
from tests.dynamodb import API_KEYS_TABLE, USER_SYNC_TABLE, dynamodb_with_tables

REGION = "eu-north-1"


@dataclass(frozen=True, slots=True)
class Operator:
    """An operator's command line, the stack and its keys."""

    stack: FakeStack
    keys: DynamoApiKeys
    cli: CommandLine

    def run(self, *arguments: str) -> Outcome:
        return self.cli.run(*arguments, "--stack", STACK)

    def issue(self, *options: str, company: str = COMPANY_ID) -> Outcome:
        return self.run("keys", "issue", "--company", company, *options)


@pytest.fixture
def signed_out(tmp_path: Path) -> dict[str, str]:
    """The environment of a machine without credentials for AWS."""
    files = {name: str(tmp_path / name) for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")}
    return {**files, "AWS_EC2_METADATA_DISABLED": "true", "AWS_DEFAULT_REGION": REGION}


@pytest.fixture
def signed_in(signed_out: dict[str, str]) -> dict[str, str]:
    """The environment of a machine with credentials."""
    return {**signed_out, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}


@pytest.fixture
def operator(signed_in: dict[str, str]) -> Iterator[Operator]:
    """An operator of a stack that knows one company."""
    stack = FakeStack(outputs=dict(OUTPUTS))
    with dynamodb_with_tables() as client, aws_account(stack) as url:
        settings = {"PK": {"S": f"COMPANY#{COMPANY_ID}"}, "SK": {"S": "SETTINGS"}}
        client.put_item(TableName=USER_SYNC_TABLE, Item=settings)
        yield Operator(
            stack, DynamoApiKeys(client, API_KEYS_TABLE), CommandLine({**signed_in, "AWS_ENDPOINT_URL": url})
        )
