"""The stores of a deployed stack, for operators' commands. The stack's outputs say where they are."""

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.stacks import outputs_of
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.auth.ports import ApiKeyStore


def api_keys(stack: str) -> ApiKeyStore:
    """The stack's API keys."""
    return DynamoApiKeys(clients.dynamodb(), outputs_of(clients.cloudformation(), stack)["ApiKeysTableName"])
