"""The differences between the stages dev, staging and prod, in samconfig.toml and template.yaml."""

import hashlib
import json

import pytest

from local.stack.emulator import REGION
from tests.samconfig import CONFIG, deployment, overrides
from tests.template import resources, template

STAGES = ["dev", "staging", "prod"]


@pytest.mark.parametrize("stage", STAGES)
def test_each_stage_is_its_own_stack_and_is_tagged_with_its_name(stage: str) -> None:
    assert CONFIG[stage]["global"]["parameters"] == {"region": REGION, "stack_name": f"bokabridge-{stage}"}
    assert overrides(stage)["Stage"] == stage
    assert deployment(stage)["tags"] == f"application=bokabridge stage={stage}"


@pytest.mark.parametrize("stage", [*STAGES, "prod-at-once"])
def test_stage_sets_existing_parameters_to_allowed_values(stage: str) -> None:
    parameters = template()["Parameters"]
    for name, value in overrides(stage).items():
        allowed = parameters[name].get("AllowedValues")
        assert allowed is None or value in [str(each) for each in allowed]


def test_logs_are_kept_longest_in_prod() -> None:
    assert [overrides(stage)["LogRetentionDays"] for stage in STAGES] == ["7", "30", "90"]


def test_only_dev_deploys_without_confirmation_and_all_at_once() -> None:
    assert [deployment(stage)["confirm_changeset"] for stage in STAGES] == [False, True, True]
    assert [overrides(stage).get("GradualDeployment", "false") for stage in STAGES] == ["false", "true", "true"]


def test_prod_at_once_is_prod_without_gradual_deployment() -> None:
    assert overrides("prod-at-once") == {**overrides("prod"), "GradualDeployment": "false"}
    assert CONFIG["prod-at-once"]["global"] == CONFIG["prod"]["global"]
    differing = {"parameter_overrides", "confirm_changeset"}
    assert {k: v for k, v in deployment("prod-at-once").items() if k not in differing} == {
        k: v for k, v in deployment("prod").items() if k not in differing
    }


def test_tables_cannot_be_deleted_in_staging_and_prod() -> None:
    assert template()["Conditions"]["IsProtected"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "dev"]}]}
    tables = [each for each in resources().values() if each["Type"] == "AWS::DynamoDB::Table"]
    assert len(tables) >= 3
    for table in tables:
        assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}


def test_every_log_groups_retention_is_a_parameter_of_the_stage() -> None:
    groups = [each["Properties"] for each in resources().values() if each["Type"] == "AWS::Logs::LogGroup"]
    assert len(groups) >= 8
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_configuration_hash_follows_every_parameter_value() -> None:
    """A new parameter value alone publishes no new version of a function (see CONFIGURATION in template.yaml)."""
    defaults = {name: parameter.get("Default") for name, parameter in template()["Parameters"].items()}
    values = json.dumps([defaults, [overrides(stage) for stage in STAGES]], sort_keys=True)
    configuration = hashlib.sha256(values.encode()).hexdigest()[:8]
    assert template()["Globals"]["Function"]["Environment"]["Variables"]["CONFIGURATION"] == configuration, (
        f'Parameter values changed. Set CONFIGURATION to "{configuration}" in template.yaml, then `make build`.'
    )
