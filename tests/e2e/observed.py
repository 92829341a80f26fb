"""What can be read about a running stack from the outside: its logs, and the names of its parts."""

import time

from local.stack.deploy import STACK
from local.stack.stack import LocalStack


def physical_id(stack: LocalStack, logical_id: str) -> str:
    """The name that a resource of the template was given."""
    cloudformation = stack.deployment.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    name: str = resource["StackResourceDetail"]["PhysicalResourceId"]
    return name


def logged(stack: LocalStack, group: str = "") -> list[str]:
    """Every line of every log group whose name has `group` in it; a moment is left for the last ones to arrive."""
    time.sleep(1)
    logs = stack.deployment.client("logs")
    names = [
        found["logGroupName"]
        for page in logs.get_paginator("describe_log_groups").paginate()
        for found in page["logGroups"]
        if group in found["logGroupName"]
    ]
    return [
        event["message"]
        for name in names
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=name)
        for event in page["events"]
    ]
