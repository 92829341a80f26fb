"""The rollout of a new version of the API, after SAM's transform: aliases, gradual deployment and rollback."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from graphlib import TopologicalSorter
from typing import Any

import pytest

from tests.template import BEHIND_THE_API, resources, template
from tests.translated import of_type, translated

_NAMES = re.compile(r"\$\{(\w+)(?:\.\w+)?\}")


def versions(found: dict[str, dict[str, Any]]) -> set[str]:
    """The logical ids of the functions' versions. A new version has another id."""
    return set(of_type(found, "AWS::Lambda::Version"))


@pytest.fixture(scope="module")
def at_once() -> dict[str, dict[str, Any]]:
    return translated(GradualDeployment="false")


@pytest.fixture(scope="module")
def gradual() -> dict[str, dict[str, Any]]:
    return translated(GradualDeployment="true")


def test_api_gateway_calls_only_aliases(at_once: dict[str, dict[str, Any]]) -> None:
    body = at_once["Api"]["Properties"]["Body"]
    operations = [operation for path in body["paths"].values() for operation in path.values()]
    called = {operation["x-amazon-apigateway-integration"]["uri"]["Fn::Sub"] for operation in operations}
    assert {uri.split("${")[-1].split("}")[0] for uri in called} == {
        f"{name}Aliaslive" for name in BEHIND_THE_API if name != "AuthorizerFunction"
    }
    (authorizer,) = body["components"]["securitySchemes"].values()
    uri = authorizer["x-amazon-apigateway-authorizer"]["authorizerUri"]["Fn::Sub"]
    assert uri[1] == {"__FunctionArn__": {"Fn::Sub": "${AuthorizerFunction.Arn}:live"}}


def test_api_gateway_may_call_only_aliases(at_once: dict[str, dict[str, Any]]) -> None:
    permissions = of_type(at_once, "AWS::Lambda::Permission").values()
    allowed = {json.dumps(p["FunctionName"]) for p in permissions if p["Principal"] == "apigateway.amazonaws.com"}
    aliases = {json.dumps({"Ref": f"{name}Aliaslive"}) for name in BEHIND_THE_API if name != "AuthorizerFunction"}
    assert allowed == {*aliases, json.dumps({"Fn::Sub": "${AuthorizerFunction.Arn}:live"})}


def test_authorizers_alias_is_created_before_the_permission_to_call_it(
    at_once: dict[str, dict[str, Any]],
) -> None:
    assert at_once["Api"]["DependsOn"] == "AuthorizerFunctionAliaslive"
    assert {"Ref": "Api"} in at_once["ApiCallersAuthorizerPermission"]["Properties"]["SourceArn"]["Fn::Sub"][1].values()


def test_without_gradual_deployment_nothing_uses_codedeploy(at_once: dict[str, dict[str, Any]]) -> None:
    assert [name for name, each in at_once.items() if each["Type"].startswith("AWS::CodeDeploy::")] == []
    assert [name for name, each in at_once.items() if "UpdatePolicy" in each] == []


def test_gradual_deployment_starts_with_a_tenth_of_the_calls_and_alarms_roll_it_back(
    gradual: dict[str, dict[str, Any]],
) -> None:
    groups = of_type(gradual, "AWS::CodeDeploy::DeploymentGroup")
    assert set(groups) == {f"{name}DeploymentGroup" for name in BEHIND_THE_API}
    for name, group in groups.items():
        stem = name.removesuffix("FunctionDeploymentGroup")
        assert group["DeploymentConfigName"]["Fn::Sub"][1] == {"ConfigName": "Canary10Percent5Minutes"}
        assert "DEPLOYMENT_STOP_ON_ALARM" in group["AutoRollbackConfiguration"]["Events"]
        watching = [alarm["Name"]["Ref"] for alarm in group["AlarmConfiguration"]["Alarms"]]
        assert watching == [f"{stem}FailuresAlarm", f"{stem}ErrorsAlarm"]
        policy = gradual[f"{stem}FunctionAliaslive"]["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert policy["DeploymentGroupName"] == {"Ref": name}
        hook = "PreTrafficRouterFunction" if stem == "ServiceStack" else "PreTrafficFunction"
        assert policy["BeforeAllowTrafficHook"] == {"Ref": hook}


def referred(value: Any) -> Iterator[str]:
    """The logical ids, and names of parameters, to which a value refers at any depth."""
    match value:
        case {"Ref": str(name)}:
            yield name
        case {"Fn::GetAtt": [str(name), *_]} | {"Fn::GetAtt": str(name)}:
            yield name.partition(".")[0]
        case {"Fn::Sub": [str(text), dict(values)]}:
            yield from (name for name in _NAMES.findall(text) if name not in values)
            yield from referred(list(values.values()))
        case {"Fn::Sub": str(text)}:
            yield from _NAMES.findall(text)
        case dict():
            yield from referred(list(value.values()))
        case list():
            for each in value:
                yield from referred(each)


def test_no_resource_waits_for_itself(gradual: dict[str, dict[str, Any]]) -> None:
    """The hooks make this possible: an alias waits for its hook, which waits for the versions that it calls."""
    waits = {
        name: {other for other in [*referred(each), *as_list(each.get("DependsOn"))] if other in gradual}
        for name, each in gradual.items()
    }
    assert len(list(TopologicalSorter(waits).static_order())) == len(gradual)


def as_list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value] if value else []


@pytest.mark.parametrize("name", BEHIND_THE_API)
def test_hook_calls_the_new_version_of_the_function(name: str, gradual: dict[str, dict[str, Any]]) -> None:
    hook = "PreTrafficRouterFunction" if name == "ServiceStackFunction" else "PreTrafficFunction"
    (version,) = [each for each in of_type(gradual, "AWS::Lambda::Version") if each.startswith(f"{name}Version")]
    variables = gradual[hook]["Properties"]["Environment"]["Variables"]
    assert {"Ref": version} in variables.values()


@pytest.mark.parametrize("name", ["PreTrafficFunction", "PreTrafficRouterFunction"])
def test_hook_has_a_name_that_codedeploy_may_call(name: str, gradual: dict[str, dict[str, Any]]) -> None:
    """AWSCodeDeployRoleForLambda allows it functions whose names begin with CodeDeployHook_."""
    declared = gradual[name]["Properties"]["FunctionName"]["Fn::Sub"]
    assert declared.startswith("CodeDeployHook_${AWS::StackName}")
    assert len(declared.replace("${AWS::StackName}", "bokabridge-staging")) <= 64


@pytest.mark.parametrize("name", BEHIND_THE_API)
def test_alarms_watch_the_new_version(name: str, gradual: dict[str, dict[str, Any]]) -> None:
    (version,) = [each for each in of_type(gradual, "AWS::Lambda::Version") if each.startswith(f"{name}Version")]
    for kind in ("Failures", "Errors"):
        alarm = json.dumps(gradual[f"{name.removesuffix('Function')}{kind}Alarm"]["Properties"])
        assert json.dumps({"Name": "ExecutedVersion", "Value": {"Fn::GetAtt": [version, "Version"]}}) in alarm
        assert json.dumps({"Name": "FunctionName", "Value": {"Ref": name}}) in alarm


@pytest.mark.parametrize("name", BEHIND_THE_API)
@pytest.mark.parametrize("kind", ["Failures", "Errors"])
def test_each_version_has_rollback_alarms_of_its_own(name: str, kind: str, gradual: dict[str, dict[str, Any]]) -> None:
    """An alarm that rings for the old version keeps its state until it is evaluated again. CloudFormation replaces an
    alarm whose name changes, so the alarm of a new version has not rung yet."""
    stem = name.removesuffix("Function")
    (version,) = [each for each in of_type(gradual, "AWS::Lambda::Version") if each.startswith(f"{name}Version")]
    expected = f"${{AWS::StackName}}-{stem}{kind}-version-${{{version}.Version}}"
    assert gradual[f"{stem}{kind}Alarm"]["Properties"]["AlarmName"] == {"Fn::Sub": expected}


@pytest.mark.parametrize("layer", ["BokabridgeLayer", "DependenciesLayer"])
def test_changed_layer_publishes_a_new_version_of_every_function_behind_the_api(
    layer: str, at_once: dict[str, dict[str, Any]]
) -> None:
    changed = deepcopy(template())
    changed["Resources"][layer]["Properties"]["ContentUri"] = "changed"
    before, after = versions(at_once), versions(translated(changed))
    assert len(before) == len(after) == len(BEHIND_THE_API)
    assert before.isdisjoint(after)


def test_changed_configuration_publishes_a_new_version_of_every_function_behind_the_api(
    at_once: dict[str, dict[str, Any]],
) -> None:
    changed = deepcopy(template())
    changed["Globals"]["Function"]["Environment"]["Variables"]["CONFIGURATION"] = "another"
    assert versions(at_once).isdisjoint(versions(translated(changed)))


def test_changed_parameter_alone_publishes_no_new_version(at_once: dict[str, dict[str, Any]]) -> None:
    """The reason for CONFIGURATION in template.yaml. If this test fails, CONFIGURATION is no longer needed."""
    assert versions(at_once) == versions(translated(VossBaseUrl="https://voss.example"))


def test_old_layers_are_deleted_and_old_versions_are_kept(at_once: dict[str, dict[str, Any]]) -> None:
    policies = {
        (resource["Type"], resource["DeletionPolicy"])
        for resource in at_once.values()
        if resource["Type"] in ("AWS::Lambda::LayerVersion", "AWS::Lambda::Version")
    }
    assert policies == {("AWS::Lambda::LayerVersion", "Delete"), ("AWS::Lambda::Version", "Retain")}


def test_functions_behind_the_api_are_deployed_in_the_same_way() -> None:
    members = ("AutoPublishAlias", "AutoPublishAliasAllProperties")
    ways = {json.dumps([resources()[name]["Properties"].get(member) for member in members]) for name in BEHIND_THE_API}
    assert ways == {'["live", true]'}
