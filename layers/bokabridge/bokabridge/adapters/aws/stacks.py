"""Deployed stacks, as operators' commands find them by name."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient


def outputs_of(client: "CloudFormationClient", stack: str) -> dict[str, str]:
    """The stack's outputs by name."""
    (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
