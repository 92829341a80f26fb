"""The deployer's policies: they allow what the stack's resources need, and nothing of other stacks or of the data.

No emulator checks CloudFormation's own calls against the deployer's rights, so the table below says which they are.
"""

import json
import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.template import deployer
from tests.translated import translated

STACK, REGION, ACCOUNT = "bokabridge-prod", "eu-north-1", "123456789012"
VALUES = {"AWS::Partition": "aws", "AWS::Region": REGION, "AWS::AccountId": ACCOUNT, "StackName": STACK}
POLICIES = {name: each["Properties"] for name, each in deployer()["Resources"].items()}


def arn(service: str, resource: str, region: str = REGION, account: str = ACCOUNT) -> str:
    return f"arn:aws:{service}:{region}:{account}:{resource}"


def of_function(name: str) -> dict[str, str]:
    return {"lambda:FunctionArn": arn("lambda", f"function:{name}")}


ROLE = arn("iam", f"role/{STACK}-VossApiRole-1A2B", region="")
FUNCTION = arn("lambda", f"function:{STACK}-VossApiFunction-1A2B")
HOOK = arn("lambda", f"function:CodeDeployHook_{STACK}-pre-traffic")
DEPLOYMENTS = arn("codedeploy", f"deploymentgroup:{STACK}-ServerlessDeploymentApplication-1A/{STACK}-VossApi-1A")
API = arn("apigateway", "/restapis/abc123", account="")

NEEDED: dict[str, tuple[list[str], str]] = {
    "AWS::ApiGateway::Deployment": (["apigateway:POST", "apigateway:DELETE"], f"{API}/deployments/1"),
    "AWS::ApiGateway::RestApi": (["apigateway:POST"], arn("apigateway", "/restapis", account="")),
    "AWS::ApiGateway::Stage": (["apigateway:POST", "apigateway:PATCH"], f"{API}/stages/prod"),
    "AWS::CloudWatch::Alarm": (
        ["cloudwatch:PutMetricAlarm", "cloudwatch:DeleteAlarms"],
        arn("cloudwatch", f"alarm:{STACK}-VossApiErrors-version-7"),
    ),
    "AWS::CloudWatch::Dashboard": (
        ["cloudwatch:PutDashboard", "cloudwatch:DeleteDashboards"],
        arn("cloudwatch", f"dashboard/{STACK}", region=""),
    ),
    "AWS::CodeDeploy::Application": (
        ["codedeploy:CreateApplication", "codedeploy:DeleteApplication"],
        arn("codedeploy", f"application:{STACK}-ServerlessDeploymentApplication-1A"),
    ),
    "AWS::CodeDeploy::DeploymentGroup": (
        ["codedeploy:CreateDeploymentGroup", "codedeploy:UpdateDeploymentGroup", "codedeploy:CreateDeployment"],
        DEPLOYMENTS,
    ),
    "AWS::DynamoDB::Table": (
        [
            "dynamodb:CreateTable",
            "dynamodb:UpdateTable",
            "dynamodb:UpdateContinuousBackups",
            "dynamodb:UpdateTimeToLive",
        ],
        arn("dynamodb", f"table/{STACK}-UsageTable-1A2B"),
    ),
    "AWS::Events::Rule": (
        ["events:PutRule", "events:PutTargets", "events:RemoveTargets", "events:DeleteRule"],
        arn("events", f"rule/{STACK}-VossReconcileRule-1A2B"),
    ),
    "AWS::IAM::Role": (["iam:CreateRole", "iam:PutRolePolicy", "iam:DeleteRole"], ROLE),
    "AWS::Lambda::Alias": (["lambda:CreateAlias", "lambda:UpdateAlias"], FUNCTION),
    "AWS::Lambda::EventInvokeConfig": (["lambda:PutFunctionEventInvokeConfig"], FUNCTION),
    "AWS::Lambda::EventSourceMapping": (["lambda:GetEventSourceMapping"], arn("lambda", "event-source-mapping:1a2b")),
    "AWS::Lambda::Function": (
        ["lambda:CreateFunction", "lambda:UpdateFunctionCode", "lambda:UpdateFunctionConfiguration"],
        HOOK,
    ),
    "AWS::Lambda::LayerVersion": (
        ["lambda:PublishLayerVersion", "lambda:DeleteLayerVersion"],
        arn("lambda", "layer:DependenciesLayer1a2b:3"),
    ),
    "AWS::Lambda::Permission": (["lambda:AddPermission", "lambda:RemovePermission"], FUNCTION),
    "AWS::Lambda::Version": (["lambda:PublishVersion", "lambda:ListVersionsByFunction"], FUNCTION),
    "AWS::Logs::LogGroup": (
        ["logs:CreateLogGroup", "logs:PutRetentionPolicy", "logs:DeleteLogGroup"],
        arn("logs", f"log-group:/bokabridge/{STACK}/voss-api"),
    ),
    "AWS::SNS::Subscription": (
        ["sns:Subscribe", "sns:SetSubscriptionAttributes", "sns:Unsubscribe"],
        arn("sns", f"{STACK}-UserSyncNotices-1A2B"),
    ),
    "AWS::SNS::Topic": (
        ["sns:CreateTopic", "sns:SetTopicAttributes", "sns:DeleteTopic"],
        arn("sns", f"{STACK}-UserSyncNotices-1A2B"),
    ),
    "AWS::SQS::Queue": (["sqs:CreateQueue", "sqs:DeleteQueue"], arn("sqs", f"{STACK}-VossReconcileDeadLetters-1A2B")),
    "AWS::SQS::QueuePolicy": (["sqs:SetQueueAttributes"], arn("sqs", f"{STACK}-UserSyncCloseDeadLetters-1A2B")),
    "AWS::Scheduler::ScheduleGroup": (
        ["scheduler:CreateScheduleGroup", "scheduler:DeleteScheduleGroup"],
        arn("scheduler", f"schedule-group/{STACK}-usersync"),
    ),
    "AWS::StepFunctions::StateMachine": (
        ["states:CreateStateMachine", "states:UpdateStateMachine"],
        arn("states", "stateMachine:UserSyncStateMachine-1A2b"),
    ),
}
"""What CloudFormation needs for each type of resource, and a resource of that type with a name that AWS gives it."""

OUT_OF_REACH = [
    ("dynamodb:GetItem", arn("dynamodb", f"table/{STACK}-UsageTable-1A2B")),
    ("dynamodb:Scan", arn("dynamodb", f"table/{STACK}-CustomersTable-1A2B")),
    ("dynamodb:DeleteTable", arn("dynamodb", "table/bokabridge-dev-UsageTable-1A2B")),
    ("lambda:InvokeFunction", FUNCTION),
    ("lambda:UpdateFunctionCode", arn("lambda", "function:another-VossApiFunction-1A2B")),
    ("secretsmanager:GetSecretValue", arn("secretsmanager", "secret:bokabridge/prod/voss-abcdef")),
    ("sns:Publish", arn("sns", f"{STACK}-UserSyncNotices-1A2B")),
    ("sqs:ReceiveMessage", arn("sqs", f"{STACK}-VossReconcileDeadLetters-1A2B")),
    ("logs:GetLogEvents", arn("logs", f"log-group:/bokabridge/{STACK}/voss-api")),
    ("iam:CreateRole", arn("iam", "role/admin", region="")),
    ("iam:CreateUser", arn("iam", "user/me", region="")),
    ("iam:AttachRolePolicy", ROLE),
    ("cloudformation:DeleteStack", arn("cloudformation", "stack/bokabridge-dev/1a2b")),
    ("s3:GetObject", "arn:aws:s3:::another-bucket/key"),
    ("states:StartExecution", arn("states", "stateMachine:UserSyncStateMachine-1A2b")),
]


def substituted(value: Any) -> str:
    text = value["Fn::Sub"] if isinstance(value, dict) else str(value)
    return re.sub(r"\$\{([\w:]+)\}", lambda found: VALUES[found[1]], text)


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def statements() -> Iterator[dict[str, Any]]:
    for properties in POLICIES.values():
        yield from properties["PolicyDocument"]["Statement"]


def is_met(condition: dict[str, dict[str, Any]], context: Mapping[str, str]) -> bool:
    return all(
        any(fnmatchcase(context.get(key, ""), substituted(each)) for each in as_list(wanted))
        for members in condition.values()
        for key, wanted in members.items()
    )


def is_allowed(action: str, resource: str, context: Mapping[str, str] | None = None) -> bool:
    return any(
        action in as_list(each["Action"])
        and any(fnmatchcase(resource, substituted(pattern)) for pattern in as_list(each["Resource"]))
        and is_met(each.get("Condition", {}), context or {})
        for each in statements()
    )


def test_table_has_every_type_of_resource_that_is_deployed() -> None:
    assert {each["Type"] for each in translated(GradualDeployment="true").values()} == set(NEEDED)


@pytest.mark.parametrize("kind", NEEDED)
def test_resources_can_be_created_changed_and_deleted(kind: str) -> None:
    actions, resource = NEEDED[kind]
    assert [action for action in actions if not is_allowed(action, resource)] == []


def test_stack_and_its_build_can_be_uploaded_and_changed() -> None:
    for name in (STACK, "aws-sam-cli-managed-default"):
        assert is_allowed("cloudformation:ExecuteChangeSet", arn("cloudformation", f"stack/{name}/1a2b"))
    transform = arn("cloudformation", "transform/Serverless-2016-10-31", account="aws")
    assert is_allowed("cloudformation:CreateChangeSet", transform)
    assert is_allowed("s3:PutObject", "arn:aws:s3:::aws-sam-cli-managed-default-samclisourcebucket-1a2b/key")


@pytest.mark.parametrize(("action", "resource"), OUT_OF_REACH)
def test_data_secrets_and_other_stacks_are_out_of_reach(action: str, resource: str) -> None:
    assert not is_allowed(action, resource)


@pytest.mark.parametrize(("service", "allowed"), [("lambda", True), ("states", True), ("ec2", False), ("glue", False)])
def test_roles_are_passed_only_to_the_services_that_use_them(service: str, allowed: bool) -> None:
    assert is_allowed("iam:PassRole", ROLE, {"iam:PassedToService": f"{service}.amazonaws.com"}) is allowed


def test_only_codedeploys_own_policy_is_attached_to_a_role() -> None:
    role = arn("iam", f"role/{STACK}-CodeDeployServiceRole-1A2B", region="")
    for policy, allowed in (("service-role/AWSCodeDeployRoleForLambda", True), ("AdministratorAccess", False)):
        context = {"iam:PolicyARN": f"arn:aws:iam::aws:policy/{policy}"}
        assert is_allowed("iam:AttachRolePolicy", role, context) is allowed


@pytest.mark.parametrize(("name", "allowed"), [(f"{STACK}-CustomersRemovedFunction-1A", True), ("another", False)])
def test_stream_is_connected_only_to_functions_of_the_stack(name: str, allowed: bool) -> None:
    mapping = arn("lambda", "event-source-mapping:1a2b")
    assert is_allowed("lambda:CreateEventSourceMapping", mapping, of_function(name)) is allowed


def test_no_action_has_a_star_and_only_some_resources_are_all() -> None:
    assert [action for each in statements() for action in as_list(each["Action"]) if "*" in action] == []
    assert {each["Sid"] for each in statements() if "*" in as_list(each["Resource"])} == {"Look", "Streams"}
    assert {each["Effect"] for each in statements()} == {"Allow"}


@pytest.mark.parametrize("name", POLICIES)
def test_policy_is_within_iams_limit(name: str) -> None:
    """6,144 characters without blanks (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html)."""
    text = json.dumps(POLICIES[name]["PolicyDocument"], separators=(",", ":"))
    resolved = re.sub(r'\{"Fn::Sub":("[^"]*")\}', lambda found: substituted(json.loads(found[1])), text)
    longest = "x" * 32
    assert len(resolved.replace(STACK, longest)) < 6144
