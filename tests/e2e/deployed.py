"""A stack that `sam deploy` created on an emulator, without the launcher."""

import time
from dataclasses import dataclass
from typing import Any

import urllib3

from admin.keys import new_api_key
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from local.stack.deploy import Deployment
from local.stack.emulator import client
from local.stack.seed import connect_to_axema
from tests.e2e.checkout import STACK, api_url
from tests.e2e.client import JOBS

_SYNC_TIMEOUT_SECONDS = 120


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """The stack as one company uses it."""

    aws_url: str
    company_id: str
    api_key: str

    def call(self, method: str, path: str) -> Any:
        """The body of the API's response, from JSON."""
        headers = {"x-api-key": self.api_key}
        return urllib3.request(method, api_url(self.aws_url) + path, headers=headers, timeout=60, retries=False).json()

    def start(self) -> str:
        """Start a sync, and return its job's id."""
        job_id: str = self.call("POST", JOBS)["Id"]
        return job_id

    def wait_for_job(self, job_id: str, **wanted: Any) -> dict[str, Any]:
        """Poll until each of these members is at least as large, and return the job."""
        deadline = time.monotonic() + _SYNC_TIMEOUT_SECONDS
        while True:
            job: dict[str, Any] = self.call("GET", f"{JOBS}/{job_id}")
            if all(job.get(name, 0) >= value for name, value in wanted.items()):
                return job
            assert time.monotonic() < deadline, f"The job did not reach {wanted} in time: {job}"
            time.sleep(0.2)

    def executions(self) -> list[dict[str, Any]]:
        """All executions of the state machine, finished or not."""
        states = client("stepfunctions", self.aws_url)
        arn = outputs(self.aws_url)["UserSyncStateMachineArn"]
        found: list[dict[str, Any]] = states.list_executions(stateMachineArn=arn)["executions"]
        return found

    def live_versions(self) -> dict[str, str]:
        """The version that API Gateway calls, by function."""
        functions = client("lambda", self.aws_url)
        names = [each["FunctionName"] for each in functions.list_functions()["Functions"]]
        return {
            name.split("-")[2]: alias["FunctionVersion"]
            for name in names
            for alias in functions.list_aliases(FunctionName=name)["Aliases"]
        }


def outputs(aws_url: str) -> dict[str, str]:
    """The stack's outputs."""
    (stack,) = client("cloudformation", aws_url).describe_stacks(StackName=STACK)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def connected(aws_url: str, company_id: str) -> DeployedStack:
    """Give the company settings for the Axema simulator and an API key, and return the stack."""
    deployment = Deployment(aws_url, outputs(aws_url))
    connect_to_axema(deployment, company_id)
    store = DynamoApiKeys(deployment.client("dynamodb"), deployment.outputs["ApiKeysTableName"])
    return DeployedStack(aws_url, company_id, new_api_key(store, company_id, "write"))


def items(aws_url: str, table: str) -> list[dict[str, Any]]:
    """Everything in a table."""
    pages = client("dynamodb", aws_url).get_paginator("scan").paginate(TableName=table)
    return [item for page in pages for item in page["Items"]]


def resource_names(aws_url: str) -> dict[str, list[str]]:
    """The names of all resources, by kind. Sam's own bucket is left out."""

    def names(service: str, operation: str, member: str, name: str) -> list[str]:
        pages = client(service, aws_url).get_paginator(operation).paginate()
        return sorted(str(each[name]) for page in pages for each in page.get(member, []))

    # If a function is running while the stack is deleted, the emulator creates its log group again for the last line.
    # On AWS, functions may not create log groups. The template's log groups are those with a retention.
    log_groups = client("logs", aws_url).describe_log_groups()["logGroups"]
    dashboards = client("cloudwatch", aws_url).list_dashboards()["DashboardEntries"]
    rules = client("events", aws_url).list_rules()["Rules"]
    return {
        "functions": names("lambda", "list_functions", "Functions", "FunctionName"),
        "layers": names("lambda", "list_layers", "Layers", "LayerName"),
        "state machines": names("stepfunctions", "list_state_machines", "stateMachines", "name"),
        "APIs": names("apigateway", "get_rest_apis", "items", "name"),
        "queues": [url.split("/")[-1] for url in client("sqs", aws_url).list_queues().get("QueueUrls", [])],
        "roles": names("iam", "list_roles", "Roles", "RoleName"),
        "log groups": sorted(str(each["logGroupName"]) for each in log_groups if "retentionInDays" in each),
        "alarms": names("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName"),
        "dashboards": sorted(str(each["DashboardName"]) for each in dashboards),
        "rules": sorted(str(each["Name"]) for each in rules),
        "schedule groups": names("scheduler", "list_schedule_groups", "ScheduleGroups", "Name"),
        "tables": client("dynamodb", aws_url).list_tables()["TableNames"],
        "secrets": names("secretsmanager", "list_secrets", "SecretList", "Name"),
    }
