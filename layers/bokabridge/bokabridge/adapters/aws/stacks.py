"""Deployed stacks, as operators' commands find them by name."""

from typing import TYPE_CHECKING

from bokabridge.errors import NotFound

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient


def outputs_of(client: "CloudFormationClient", stack: str) -> dict[str, str]:
    """The stack's outputs by name. Raises NotFound."""
    try:
        (found,) = client.describe_stacks(StackName=stack)["Stacks"]
    except client.exceptions.ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ValidationError":
            raise
        raise NotFound(
            f"There is no stack '{stack}' in {client.meta.region_name}. Check STACK and AWS_DEFAULT_REGION."
        ) from None
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", [])}
