"""A deployed stack, as operators' commands read it from CloudFormation."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bokabridge.errors import NotFound

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack's outputs and parameters by name."""

    name: str
    outputs: dict[str, str]
    parameters: dict[str, str]


def find_stack(client: "CloudFormationClient", name: str) -> Stack:
    """The stack with this name. Raises NotFound."""
    try:
        (found,) = client.describe_stacks(StackName=name)["Stacks"]
    except client.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ValidationError":
            raise
        raise NotFound(
            f"There is no stack '{name}' in {client.meta.region_name}. Check --stack and AWS_DEFAULT_REGION."
        ) from None
    return Stack(
        name,
        {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])},
        {each["ParameterKey"]: each.get("ParameterValue", "") for each in found.get("Parameters", [])},
    )


def resources_of(client: "CloudFormationClient", stack: str, kind: str) -> dict[str, str]:
    """The physical ids of the stack's resources of one kind, such as `AWS::SQS::Queue`, by logical id."""
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    return {
        each["LogicalResourceId"]: each["PhysicalResourceId"]
        for page in pages
        for each in page["StackResourceSummaries"]
        if each["ResourceType"] == kind and "PhysicalResourceId" in each
    }
