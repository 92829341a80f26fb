"""The stage prod: the real `sam deploy` deploys it to an emulator, with its own section of samconfig.toml."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.emulator import client, emulator
from local.stack.paths import ROOT
from local.stack.processes import free_port
from tests.e2e.checkout import sam
from tests.samconfig import overrides

SET_BY_THE_OPERATOR = {
    "AlarmTopicArn": "arn:aws:sns:eu-north-1:000000000000:alarms",
    "VossBaseUrl": "https://voss.example.com",
}


@pytest.fixture(scope="module")
def prod(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of an emulator to which prod is deployed. It refuses prod without what docs/deploy.md says to set."""
    scratch: Path = tmp_path_factory.mktemp("prod")
    with emulator(free_port(), scratch) as aws_url:
        refused = deploy_prod(aws_url, scratch)
        assert refused.returncode != 0
        assert "Set AlarmTopicArn." in refused.stdout + refused.stderr
        given = overrides("prod") | SET_BY_THE_OPERATOR | {"LocalEndpointUrl": aws_url}
        pairs = " ".join(f"{name}={value}" for name, value in given.items())
        done = deploy_prod(aws_url, scratch, "--parameter-overrides", pairs)
        assert done.returncode == 0, done.stdout + done.stderr
        yield aws_url


def deploy_prod(aws_url: str, scratch: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return sam(ROOT, aws_url, scratch, "deploy", "--config-env", "prod", "--no-confirm-changeset", *options)


def test_prods_alarms_notify_the_topic(prod: str) -> None:
    topic = SET_BY_THE_OPERATOR["AlarmTopicArn"]
    pages = client("cloudwatch", prod).get_paginator("describe_alarms").paginate()
    alarms = [alarm for page in pages for alarm in page["MetricAlarms"]]
    assert len(alarms) >= 50
    assert {tuple(alarm["AlarmActions"]) for alarm in alarms} == {(topic,)}


def test_prods_tables_cannot_be_deleted(prod: str) -> None:
    dynamodb = client("dynamodb", prod)
    names = dynamodb.list_tables()["TableNames"]
    assert len(names) >= 3
    assert [dynamodb.describe_table(TableName=name)["Table"]["DeletionProtectionEnabled"] for name in names] == [
        True
    ] * len(names)


def test_prods_logs_are_kept_for_ninety_days(prod: str) -> None:
    groups = client("logs", prod).describe_log_groups()["logGroups"]
    assert len(groups) >= 8
    assert {group["retentionInDays"] for group in groups} == {90}


def test_prods_stack_is_tagged_with_application_and_stage(prod: str) -> None:
    (stack,) = client("cloudformation", prod).describe_stacks(StackName="bokabridge-prod")["Stacks"]
    assert {tag["Key"]: tag["Value"] for tag in stack["Tags"]} == {"application": "bokabridge", "stage": "prod"}


def test_emulator_does_not_deploy_gradually(prod: str) -> None:
    """The emulator's SAM transform ignores parameter values, and it has no CodeDeploy.

    tests/integration/test_versions.py checks gradual deployment instead. If this test fails, the emulator supports
    gradual deployment, and it can be tested here.
    """
    cloudformation = client("cloudformation", prod)
    (stack,) = cloudformation.describe_stacks(StackName="bokabridge-prod")["Stacks"]
    assert {"ParameterKey": "GradualDeployment", "ParameterValue": "true"} in stack["Parameters"]
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName="bokabridge-prod")
    kinds = {resource["ResourceType"] for page in pages for resource in page["StackResourceSummaries"]}
    assert "AWS::Lambda::Alias" in kinds
    assert [kind for kind in kinds if "CodeDeploy" in kind] == []
