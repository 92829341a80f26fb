"""What the built template promises: policies that name what they allow, and API Gateway's own answers in our shape."""

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
"""What Step Functions needs to write its logs. Log deliveries have no names: AWS grants these on everything or not at
all (https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html)."""

OF_ALL_COMPANIES = re.compile(
    r"arn:\$\{AWS::Partition\}:"
    r"(secretsmanager:.*:secret:bokabridge/\$\{Stage\}/\w+/|scheduler:.*:schedule/\$\{UserSyncSchedules\}/axema-)\*"
)
"""The names that end in a star: a secret and a schedule per company, and companies come after the deployment."""


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements(value: Any) -> Iterator[dict[str, Any]]:
    """Every policy statement, wherever it is."""
    if isinstance(value, dict):
        if "Effect" in value:
            yield value
        for member in value.values():
            yield from statements(member)
    elif isinstance(value, list):
        for member in value:
            yield from statements(member)


def with_a_star(statement: dict[str, Any]) -> list[str]:
    """The actions, resources and principals of a statement that do not name what they mean."""
    actions = [action for action in as_list(statement["Action"]) if "*" in action]
    everything = set(as_list(statement["Action"])) <= LOG_DELIVERY and statement["Resource"] == "*"
    named = [json.dumps(resource) for resource in as_list(statement.get("Resource", [])) if not everything]
    loose = [resource for resource in named if "*" in resource and not OF_ALL_COMPANIES.search(resource)]
    anybody = [principal for principal in [json.dumps(statement.get("Principal", ""))] if "*" in principal]
    return actions + loose + anybody


def test_no_policy_has_a_star_where_a_name_is_possible() -> None:
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
def test_the_search_finds_stars(statement: dict[str, Any]) -> None:
    assert with_a_star(statement)


def test_every_function_has_a_role_and_a_log_group_of_its_own() -> None:
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
        assert table["Properties"]["SSESpecification"] == {"SSEEnabled": True}


GATEWAY_RESPONSES = resources()["Api"]["Properties"]["GatewayResponses"]


@pytest.mark.parametrize("kind", GATEWAY_RESPONSES)
def test_api_gateways_own_answer_has_the_shape_of_ours(kind: str) -> None:
    template = GATEWAY_RESPONSES[kind]["ResponseTemplates"]["application/json"]
    body = json.loads(template.replace("$context.error.messageString", '"What is wrong."'))
    status = ErrorResponse.model_validate(body).response_status
    assert body == json.loads(ErrorResponse(response_status=status).to_json())
    assert status.error_code
    assert status.message


def test_api_gateways_own_answers_are_all_ours() -> None:
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
def test_a_parameter_is_described_and_constrained(name: str) -> None:
    parameter = template()["Parameters"][name]
    assert parameter["Description"]
    assert {"AllowedValues", "AllowedPattern", "MinLength", "MinValue"} & set(parameter)


def test_people_find_what_they_need_among_the_outputs() -> None:
    tables = {name for name, each in resources().items() if each["Type"] == "AWS::DynamoDB::Table"}
    assert {f"{table}Name" for table in tables} <= set(template()["Outputs"])
    assert {"ApiUrl", "UserSyncStateMachineArn", "DashboardUrl"} <= set(template()["Outputs"])


def test_the_dashboard_is_json_and_shows_the_template_resources() -> None:
    body = resources()["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    assert len(json.loads(body)["widgets"]) >= 4
    assert set(re.findall(r"\$\{(\w+)\}", body)) <= set(resources())
