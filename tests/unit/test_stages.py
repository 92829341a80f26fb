"""The three stages: in what they differ, which is samconfig.toml's and the template's to say."""

import hashlib
import json
import tomllib
from typing import Any

import pytest

from local.stack.emulator import REGION
from local.stack.paths import ROOT
from tests.template import resources, template

CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
STAGES = ["dev", "staging", "prod"]


def deployment(name: str) -> dict[str, Any]:
    found: dict[str, Any] = CONFIG[name]["deploy"]["parameters"]
    return found


def overrides(name: str) -> dict[str, str]:
    return dict(pair.split("=", 1) for pair in deployment(name)["parameter_overrides"].split())


@pytest.mark.parametrize("stage", STAGES)
def test_a_stage_is_a_stack_of_its_own_with_its_name_on_everything(stage: str) -> None:
    assert CONFIG[stage]["global"]["parameters"] == {"region": REGION, "stack_name": f"bokabridge-{stage}"}
    assert overrides(stage)["Stage"] == stage
    assert deployment(stage)["tags"] == f"application=bokabridge stage={stage}"


@pytest.mark.parametrize("stage", [*STAGES, "prod-at-once"])
def test_a_stage_sets_parameters_that_there_are_to_values_that_are_allowed(stage: str) -> None:
    parameters = template()["Parameters"]
    for name, value in overrides(stage).items():
        allowed = parameters[name].get("AllowedValues")
        assert allowed is None or value in [str(each) for each in allowed]


def test_logs_are_kept_longer_where_they_matter_more() -> None:
    assert [overrides(stage)["LogRetentionDays"] for stage in STAGES] == ["7", "30", "90"]


def test_only_dev_is_changed_without_being_asked_and_gets_new_versions_at_once() -> None:
    assert [deployment(stage)["confirm_changeset"] for stage in STAGES] == [False, True, True]
    assert [overrides(stage).get("GradualDeployment", "false") for stage in STAGES] == ["false", "true", "true"]


def test_prod_at_once_is_prod_but_for_the_waiting() -> None:
    assert overrides("prod-at-once") == {**overrides("prod"), "GradualDeployment": "false"}
    assert CONFIG["prod-at-once"]["global"] == CONFIG["prod"]["global"]
    differing = {"parameter_overrides", "confirm_changeset"}
    assert {k: v for k, v in deployment("prod-at-once").items() if k not in differing} == {
        k: v for k, v in deployment("prod").items() if k not in differing
    }


def test_tables_are_kept_at_every_stage_and_cannot_be_deleted_where_customers_are() -> None:
    assert template()["Conditions"]["IsProtected"] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "Stage"}, "dev"]}]}
    tables = [each for each in resources().values() if each["Type"] == "AWS::DynamoDB::Table"]
    assert len(tables) >= 3
    for table in tables:
        assert table["Properties"]["DeletionProtectionEnabled"] == {"Fn::If": ["IsProtected", True, False]}


def test_every_log_group_is_kept_as_long_as_the_stage_says() -> None:
    groups = [each["Properties"] for each in resources().values() if each["Type"] == "AWS::Logs::LogGroup"]
    assert len(groups) >= 8
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_changed_parameters_reach_the_api() -> None:
    """A parameter's new value alone publishes no new version of a function: see CONFIGURATION in template.yaml."""
    defaults = {name: parameter.get("Default") for name, parameter in template()["Parameters"].items()}
    values = json.dumps([defaults, [overrides(stage) for stage in STAGES]], sort_keys=True)
    configuration = hashlib.sha256(values.encode()).hexdigest()[:8]
    assert template()["Globals"]["Function"]["Environment"]["Variables"]["CONFIGURATION"] == configuration, (
        f'Parameters have changed: write CONFIGURATION: "{configuration}" into template.yaml, and build.'
    )
