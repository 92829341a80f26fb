"""The template's policies, tables and outputs, and the format of API Gateway's own responses."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bokabridge.http.errors import ErrorResponse
from tests.template import functions, resources, template

LOG_DELIVERY = {
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
}
"""The actions that Step Functions needs to write its logs. Log deliveries have no names, so these actions can only be
granted on all resources (https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html)."""

NETWORK_INTERFACES = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}
"""The actions by which Lambda connects a function to a VPC, before the network interface has a name
(https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html)."""

UNNAMED = [LOG_DELIVERY, NETWORK_INTERFACES, {"scheduler:ListSchedules"}]
"""The actions that AWS grants on all resources only
(https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridgescheduler.html)."""

OF_ALL_COMPANIES = re.compile(
    r"arn:\$\{AWS::Partition\}:"
    r"(secretsmanager:.*:secret:bokabridge/\$\{Stage\}/\w+/|ssm:.*:parameter/bokabridge/\$\{Stage\}/\w+/|scheduler:.*:schedule/\$\{UserSyncSchedules\}/axema-"
    r"|states:.*:execution:\$\{UserSyncStateMachine.Name\}:"
    r"|codedeploy:.*:deploymentgroup:\$\{AWS::StackName\}-ServerlessDeploymentApplication-)\*"
    r"|^\{\"Fn::Sub\": \"\$\{\w+Function.Arn\}:\*\"\}$"
)
"""Resource names that may end in a star. Each company has a secret and a schedule, and each job a run, created after
the deployment. A function's new versions have no numbers before, and SAM gives CodeDeploy's application its name."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Every policy statement, at any depth."""
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        for member in value.values():
            yield from statements(member)
    elif isinstance(value, list):
        for member in value:
            yield from statements(member)


def with_a_star(statement: dict[str, Any]) -> list[str]:
    """The actions, resources and principals of a statement that contain a star without need."""
    actions = [action for action in as_list(statement["Action"]) if "*" in action]
    unnamed = any(set(as_list(statement["Action"])) <= actions for actions in UNNAMED)
    everything = unnamed and statement["Resource"] == "*"
    named = [json.dumps(resource) for resource in as_list(statement.get("Resource", [])) if not everything]
    loose = [resource for resource in named if "*" in resource and not OF_ALL_COMPANIES.search(resource)]
    open_principals = [principal for principal in [json.dumps(statement.get("Principal", ""))] if "*" in principal]
    return actions + loose + open_principals


def test_policies_have_a_star_only_where_no_name_is_possible() -> None:
    found = {
        name: [star for each in statements(resource) for star in with_a_star(each)]
        for name, resource in resources().items()
    }
    assert {name: stars for name, stars in found.items() if stars} == {}


@pytest.mark.parametrize(
    "statement",
    [
        {"Effect": "Allow", "Action": "dynamodb:*", "Resource": "arn"},
        {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"},
        {"Effect": "Allow", "Action": ["logs:CreateLogDelivery", "logs:CreateLogGroup"], "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": {"Fn::Sub": "arn:${AWS::Partition}:s3:::bucket/*"}},
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": "*"},
    ],
)
def test_unnecessary_stars_are_found(statement: dict[str, Any]) -> None:
    assert with_a_star(statement)


def test_each_function_has_its_own_role_and_log_group() -> None:
    for members in (
        [json.dumps(function["Role"]) for function in functions().values()],
        [json.dumps(function["LoggingConfig"]["LogGroup"]) for function in functions().values()],
    ):
        assert len(set(members)) == len(functions())


def test_every_table_survives_a_deleted_stack_and_can_be_restored() -> None:
    tables = [each for each in resources().values() if each["Type"] == "AWS::DynamoDB::Table"]
    assert len(tables) >= 3
    for table in tables:
        assert (table["DeletionPolicy"], table["UpdateReplacePolicy"]) == ("Retain", "Retain")
        assert table["Properties"]["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_kms_encrypts_the_tables_only_where_the_deployment_asks_for_it() -> None:
    """AWS charges for each use of its key in KMS. DynamoDB's own key is free."""
    assert template()["Parameters"]["TablesUseKms"]["Default"] == "false"
    tables = [each for each in resources().values() if each["Type"] == "AWS::DynamoDB::Table"]
    for table in tables:
        assert table["Properties"]["SSESpecification"] == {"SSEEnabled": {"Fn::If": ["TablesUseKms", True, False]}}


def test_kms_encrypts_the_topic_only_where_the_deployment_asks_for_it() -> None:
    assert template()["Parameters"]["TopicUsesKms"]["Default"] == "false"
    (topic,) = [each["Properties"] for each in resources().values() if each["Type"] == "AWS::SNS::Topic"]
    assert topic == {"KmsMasterKeyId": {"Fn::If": ["TopicUsesKms", "alias/aws/sns", {"Ref": "AWS::NoValue"}]}}


def test_nothing_else_uses_a_key_that_costs_money() -> None:
    text = json.dumps({name: each for name, each in resources().items() if each["Type"] != "AWS::SNS::Topic"})
    assert not re.search(r"KmsMasterKeyId|KmsKeyArn|KmsKeyId|KMSMasterKeyId|AWS::KMS::", text)


GATEWAY_RESPONSES = resources()["Api"]["Properties"]["GatewayResponses"]


@pytest.mark.parametrize("kind", GATEWAY_RESPONSES)
def test_api_gateways_own_response_has_our_format(kind: str) -> None:
    template = GATEWAY_RESPONSES[kind]["ResponseTemplates"]["application/json"]
    body = json.loads(template.replace("$context.error.messageString", '"What is wrong."'))
    status = ErrorResponse.model_validate(body).response_status
    assert body == json.loads(ErrorResponse(response_status=status).to_json())
    assert (body["ResponseStatus"]["Errors"], status.meta) == ([], {"RequestId": "$context.requestId"})
    headers = GATEWAY_RESPONSES[kind]["ResponseParameters"]["Headers"]
    assert headers["Content-Type"] == "'application/json; charset=utf-8'"
    assert status.error_code
    assert status.message


def test_api_gateways_own_responses_have_the_listed_statuses() -> None:
    statuses = {kind: response.get("StatusCode") for kind, response in GATEWAY_RESPONSES.items()}
    assert statuses == {
        "UNAUTHORIZED": 401,
        "ACCESS_DENIED": 403,
        "MISSING_AUTHENTICATION_TOKEN": 404,
        "REQUEST_TOO_LARGE": 413,
        "THROTTLED": 429,
        "DEFAULT_4XX": None,
        "DEFAULT_5XX": None,
    }


@pytest.mark.parametrize("name", template()["Parameters"])
def test_each_parameter_is_described_and_constrained(name: str) -> None:
    parameter = template()["Parameters"][name]
    assert parameter["Description"]
    assert {"AllowedValues", "AllowedPattern", "MinLength", "MinValue"} & set(parameter)


def test_outputs_name_the_tables_the_api_the_workflow_and_the_dashboard() -> None:
    tables = {name for name, each in resources().items() if each["Type"] == "AWS::DynamoDB::Table"}
    assert {f"{table}Name" for table in tables} <= set(template()["Outputs"])
    assert {"ApiUrl", "UserSyncStateMachineArn", "DashboardUrl"} <= set(template()["Outputs"])


def test_dashboard_is_json_and_refers_to_resources_of_the_template() -> None:
    body, names = resources()["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert len(json.loads(re.sub("|".join(rf"\$\{{{name}\}}" for name in names), "", body))["widgets"]) >= 4
    assert set(re.findall(r"\$\{(\w+)\}", body)) <= {*resources(), *names}


def test_function_of_removed_customers_gets_the_ids_of_removed_customers_only() -> None:
    """Expired customers are removed, too, so the filter says nothing about who removed them."""
    assert resources()["CustomersTable"]["Properties"]["StreamSpecification"] == {"StreamViewType": "KEYS_ONLY"}
    source = functions()["CustomersRemovedFunction"]["Events"]["Removals"]["Properties"]
    (only,) = source["FilterCriteria"]["Filters"]
    removed = {"eventName": ["REMOVE"], "dynamodb": {"Keys": {"SK": {"S": [{"prefix": "CUSTOMER#"}]}}}}
    assert json.loads(only["Pattern"]) == removed


def test_removal_that_fails_stops_no_other_and_ends_in_a_queue() -> None:
    source = functions()["CustomersRemovedFunction"]["Events"]["Removals"]["Properties"]
    assert source["BisectBatchOnFunctionError"] is True
    assert 0 < source["MaximumRetryAttempts"] < 100
    assert 0 < source["MaximumRecordAgeInSeconds"] < 24 * 60 * 60
    queue, _ = source["DestinationConfig"]["OnFailure"]["Destination"]["Fn::GetAtt"]
    assert resources()[queue]["Type"] == "AWS::SQS::Queue"


def test_function_of_removed_customers_reads_the_stream_and_updates_locks_only() -> None:
    allowed = {
        (action, json.dumps(statement["Resource"]))
        for statement in statements(resources()["CustomersRemovedRole"])
        if statement.get("Resource")
        for action in as_list(statement["Action"])
        if action.startswith("dynamodb:")
    }
    stream = json.dumps({"Fn::GetAtt": ["CustomersTable", "StreamArn"]})
    reading = ("DescribeStream", "GetRecords", "GetShardIterator", "ListStreams")
    update = ("dynamodb:UpdateItem", json.dumps({"Fn::GetAtt": ["UserSyncTable", "Arn"]}))
    assert allowed == {*((f"dynamodb:{action}", stream) for action in reading), update}


@pytest.mark.parametrize("role", ["UserSyncPageRole", "UserSyncSettingsRole"])
def test_functions_have_rights_for_the_companies_secrets_where_the_deployment_keeps_them(role: str) -> None:
    """Each store's rights are in a policy of their own, whose condition follows from SecretStore."""
    conditions = {"secretsmanager:": "UsesSecretsManager", "ssm:": "UsesParameterStore"}
    policies = resources()[role]["Properties"]["Policies"]
    found: dict[str, str | None] = {}
    for policy in policies:
        condition, *_ = policy.get("Fn::If", [None])
        for statement in statements(policy):
            found |= dict.fromkeys(as_list(statement["Action"]), condition)
    for service, condition in conditions.items():
        rights = {action for action in found if action.startswith(service)}
        assert rights
        assert {found[action] for action in rights} == {condition}


def test_conditions_of_the_stores_follow_from_the_parameter() -> None:
    store = {"Ref": "SecretStore"}
    conditions = template()["Conditions"]
    assert template()["Parameters"]["SecretStore"]["AllowedValues"] == ["SecretsManager", "Both", "ParameterStore"]
    assert conditions["UsesSecretsManager"] == {"Fn::Not": [{"Fn::Equals": [store, "ParameterStore"]}]}
    assert conditions["UsesParameterStore"] == {"Fn::Not": [{"Fn::Equals": [store, "SecretsManager"]}]}
    others = [name for name, each in resources().items() if "parameter/bokabridge" in json.dumps(each)]
    assert sorted(others) == ["UserSyncPageRole", "UserSyncSettingsRole"]
