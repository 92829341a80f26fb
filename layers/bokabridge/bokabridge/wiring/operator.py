"""A deployed stack for operators' commands. The stack's outputs say where its stores are."""

from dataclasses import dataclass

from bokabridge.adapters.aws.account import Account, Emulator
from bokabridge.adapters.aws.inspection import Alarm, Inspection, Queue, Topic, clock_ahead
from bokabridge.adapters.aws.operator_errors import as_sentences
from bokabridge.adapters.aws.stacks import Stack, find_stack
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.adapters.dynamodb.companies import DynamoCompanies
from bokabridge.adapters.dynamodb.survey import RunningJob, Survey, companies_with_usages, survey
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.auth.ports import ApiKeyStore
from bokabridge.errors import NotFound
from bokabridge.voss.ports import UsageLedger

__all__ = [
    "Alarm",
    "DeployedStack",
    "Emulator",
    "Inspection",
    "Queue",
    "RunningJob",
    "Survey",
    "Topic",
    "as_sentences",
    "clock_ahead",
    "deployed_stack",
]


@dataclass(frozen=True, slots=True)
class DeployedStack:
    """One stack. Its methods read whole tables."""

    name: str
    stack: Stack
    account: Account
    api_keys: ApiKeyStore
    companies: DynamoCompanies
    ledger: UsageLedger

    @property
    def api_url(self) -> str:
        """The API's base address."""
        return self.stack.outputs["ApiUrl"]

    def inspection(self) -> Inspection:
        """What the stack has in AWS."""
        return Inspection(self.account, self.stack)

    def survey(self) -> Survey:
        """The companies with settings, and the running jobs."""
        return survey(self.account.client("dynamodb"), self.stack.outputs["UserSyncTableName"])

    def companies_with_usages(self) -> list[str]:
        """The ids of the companies in the ledger."""
        return companies_with_usages(self.account.client("dynamodb"), self.stack.outputs["UsageTableName"])


def deployed_stack(name: str, emulator: Emulator | None = None) -> DeployedStack:
    """The stack with this name, in AWS or in the emulator. Raises NotFound, also if it is not one of bokabridge."""
    account = Account(emulator)
    stack = find_stack(account.client("cloudformation"), name)
    try:
        keys = stack.outputs["ApiKeysTableName"]
        tables = [stack.outputs[name] for name in ("UserSyncTableName", "CustomersTableName", "UsageTableName")]
    except KeyError as missing:
        raise NotFound(f"The stack '{name}' has no output {missing}, so it is not bokabridge. Check --stack.") from None
    dynamodb = account.client("dynamodb")
    return DeployedStack(
        name,
        stack,
        account,
        DynamoApiKeys(dynamodb, keys),
        DynamoCompanies(dynamodb, tables),
        DynamoLedger(dynamodb, tables[-1]),
    )
