"""What `sam local` has to be told of the stack: the environment of its functions, by their logical ids.

`sam local` deploys nothing, so that in its containers a table's name would be its logical id.
"""

from typing import Any

from local.stack.deploy import STACK, Deployment

HOST_OF_CONTAINERS = "host.docker.internal"
"""This machine, as a container calls it: 127.0.0.1 is the container itself there."""

_NOT_TOLD = {"AWS_ENDPOINT_URL"}
"""What is the parameter LocalEndpointUrl's to say."""


def sam_env(deployment: Deployment) -> dict[str, dict[str, str]]:
    """The content of an `--env-vars` file: what the deployed functions have."""
    cloudformation, functions = deployment.client("cloudformation"), deployment.client("lambda")
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
    names = {
        resource["LogicalResourceId"]: resource["PhysicalResourceId"]
        for page in pages
        for resource in page["StackResourceSummaries"]
        if resource["ResourceType"] == "AWS::Lambda::Function"
    }
    return {logical_id: _environment(functions, name) for logical_id, name in names.items()}


def _environment(functions: Any, name: str) -> dict[str, str]:
    variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    return {
        key: value.replace("127.0.0.1", HOST_OF_CONTAINERS) for key, value in variables.items() if key not in _NOT_TOLD
    }
