"""The parameters that a deployment must set, and the rules that refuse a deployment without them."""

import re

import pytest

from local.stack.paths import ROOT
from tests.rules import objections
from tests.samconfig import overrides
from tests.template import resources, template

REQUIRED = {
    "AlarmTopicArn": "arn:aws:sns:eu-north-1:123456789012:alarms",
    "VossBaseUrl": "https://voss.example.com",
    "IdentityIssuer": "https://identity.example.com/realms/admin",
    "IdentityAudience": "bm-external-api-users",
    "CompanyClaim": "company_id",
}
PROTECTED = ["staging", "prod"]
VPC = {"VpcSubnetIds": "subnet-0a1b2c3d", "VpcSecurityGroupIds": "sg-0a1b2c3d"}


@pytest.mark.parametrize("stage", PROTECTED)
def test_protected_stage_with_every_required_parameter_is_accepted(stage: str) -> None:
    assert objections({"Stage": stage, **REQUIRED}) == []


@pytest.mark.parametrize("stage", PROTECTED)
@pytest.mark.parametrize("name", REQUIRED)
def test_protected_stage_without_a_required_parameter_is_refused_by_its_name(stage: str, name: str) -> None:
    given = {key: value for key, value in REQUIRED.items() if key != name}
    (sentence,) = objections({"Stage": stage, **given})
    assert name in sentence


def test_dev_needs_none_of_them() -> None:
    assert objections({"Stage": "dev"}) == []


@pytest.mark.parametrize("stage", [*PROTECTED, "prod-at-once"])
def test_samconfig_leaves_only_what_nobody_but_the_operator_knows(stage: str) -> None:
    sentences = objections(overrides(stage))
    assert len(sentences) == 2
    assert [name for name in REQUIRED for sentence in sentences if name in sentence] == ["AlarmTopicArn", "VossBaseUrl"]


@pytest.mark.parametrize("missing", [list(VPC), ["VpcSubnetIds"], ["VpcSecurityGroupIds"]])
def test_private_endpoints_are_refused_without_a_vpc(missing: list[str]) -> None:
    vpc = {name: value for name, value in VPC.items() if name not in missing}
    sentences = objections({"AllowPrivateEndpoints": "true", **vpc})
    assert any(name in sentence for name in missing for sentence in sentences)


def test_private_endpoints_are_accepted_with_a_vpc_and_on_the_local_stack() -> None:
    assert objections({"AllowPrivateEndpoints": "true", **VPC}) == []
    assert objections({"AllowPrivateEndpoints": "true", "LocalEndpointUrl": "http://stack:4566"}) == []


@pytest.mark.parametrize("name", VPC)
def test_half_a_vpc_is_refused(name: str) -> None:
    assert objections({name: VPC[name]})
    assert objections(VPC) == []


def test_documents_table_of_parameters_to_set_is_complete() -> None:
    document = (ROOT / "docs" / "deploy.md").read_text()
    table = document.split("## Parameters you must set")[1].split("\n## ")[0]
    named = re.findall(r"^\| `(\w+)`", table, re.MULTILINE)
    assert set(REQUIRED) <= set(named) <= set(template()["Parameters"])


@pytest.mark.parametrize("function", ["UserSyncPage", "UserSyncSettings"])
def test_functions_that_call_axema_run_in_the_vpc(function: str) -> None:
    assert resources()[f"{function}Function"]["Properties"]["VpcConfig"] == {
        "Fn::If": [
            "HasVpc",
            {
                "SubnetIds": {"Fn::Split": [",", {"Ref": "VpcSubnetIds"}]},
                "SecurityGroupIds": {"Fn::Split": [",", {"Ref": "VpcSecurityGroupIds"}]},
            },
            {"Ref": "AWS::NoValue"},
        ]
    }
    *_, network = resources()[f"{function}Role"]["Properties"]["Policies"]
    condition, policy, otherwise = network["Fn::If"]
    allowed, denied = policy["PolicyDocument"]["Statement"]
    assert (condition, otherwise) == ("HasVpc", {"Ref": "AWS::NoValue"})
    assert (allowed["Effect"], denied["Effect"]) == ("Allow", "Deny")
    assert allowed["Action"] == denied["Action"]
    assert "Condition" not in allowed
    assert "lambda:SourceFunctionArn" in denied["Condition"]["ArnLike"]
