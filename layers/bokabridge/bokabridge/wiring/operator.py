"""The stores of a deployed stack, for operators' commands. The stack's outputs say where they are."""

from dataclasses import dataclass

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.operator_errors import as_sentences
from bokabridge.adapters.aws.stacks import outputs_of
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.adapters.dynamodb.companies import DynamoCompanies
from bokabridge.auth.ports import ApiKeyStore
from bokabridge.errors import NotFound

__all__ = ["DeployedStack", "as_sentences", "deployed_stack"]


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """The stores of one stack."""

    name: str
    api_keys: ApiKeyStore
    companies: DynamoCompanies


def deployed_stack(name: str) -> DeployedStack:
    """The stack with this name. Raises NotFound, also if the stack is not one of bokabridge."""
    outputs = outputs_of(clients.cloudformation(), name)
    try:
        keys = outputs["ApiKeysTableName"]
        tables = [outputs[name] for name in ("UserSyncTableName", "CustomersTableName", "UsageTableName")]
    except KeyError as missing:
        raise NotFound(f"The stack '{name}' has no output {missing}, so it is not bokabridge. Check STACK.") from None
    dynamodb = clients.dynamodb()
    return DeployedStack(name, DynamoApiKeys(dynamodb, keys), DynamoCompanies(dynamodb, tables))
