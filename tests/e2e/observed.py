"""Logs of a running stack, and the names of its resources."""

import time

from local.stack.deploy import STACK
from local.stack.stack import LocalStack


def physical_id(stack: LocalStack, logical_id: str) -> str:
    """The name of a resource, by its logical id in the template."""
    cloudformation = stack.deployment.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
    name: str = resource["StackResourceDetail"]["PhysicalResourceId"]
    return name


def logged(stack: LocalStack, group: str = "") -> list[str]:
    """Every line of all log groups whose name contains `group`. Waits 1 s first, so that the last lines arrive."""
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
