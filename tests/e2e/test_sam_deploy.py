"""The real `sam deploy` and `sam delete`, as docs/deploy.md has them, to an emulator of their own."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.emulator import REGION, client, emulator
from local.stack.paths import ROOT, SAM
from local.stack.processes import free_port
from tests.template import resources

STACK = "bokabridge-dev"


@pytest.fixture
def aws_url(tmp_path: Path) -> Iterator[str]:
    with emulator(free_port(), tmp_path) as url:
        yield url


def sam(aws_url: str, *arguments: str) -> None:
    env = {
        **os.environ,
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(
        [str(SAM), *arguments], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_stack_is_deployed_and_when_deleted_leaves_only_its_tables(aws_url: str) -> None:
    sam(aws_url, "deploy", "--config-env", "dev")
    (stack,) = client("cloudformation", aws_url).describe_stacks(StackName=STACK)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    assert {"ApiUrl", "DashboardUrl"} <= {output["OutputKey"] for output in stack["Outputs"]}

    sam(aws_url, "delete", "--stack-name", STACK, "--no-prompts", "--region", REGION)
    tables = client("dynamodb", aws_url).list_tables()["TableNames"]
    retained = [name for name, resource in resources().items() if resource.get("DeletionPolicy") == "Retain"]
    assert len(tables) == len(retained) >= 3
    assert client("lambda", aws_url).list_functions()["Functions"] == []
    assert client("stepfunctions", aws_url).list_state_machines()["stateMachines"] == []
    assert client("apigateway", aws_url).get_rest_apis()["items"] == []
    assert client("sqs", aws_url).list_queues().get("QueueUrls", []) == []
