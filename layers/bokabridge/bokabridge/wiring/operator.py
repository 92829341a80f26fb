"""A deployed stack for operators' commands. The stack's outputs say where its stores are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bokabridge.adapters.aws.account import Account, Emulator
from bokabridge.adapters.aws.dead_letters import DeadLetters, Letter, LetterRefused
from bokabridge.adapters.aws.inspection import Alarm, Inspection, Queue, Topic, clock_ahead
from bokabridge.adapters.aws.log_lines import LEVELS, LogLines
from bokabridge.adapters.aws.operator_errors import as_sentences
from bokabridge.adapters.aws.stacks import Stack, find_stack
from bokabridge.adapters.dynamodb.api_keys import DynamoApiKeys
from bokabridge.adapters.dynamodb.companies import DynamoCompanies
from bokabridge.adapters.dynamodb.jobs import DynamoJobs
from bokabridge.adapters.dynamodb.notices import notices_between
from bokabridge.adapters.dynamodb.restore import Missing, put_back, restore
from bokabridge.adapters.dynamodb.survey import RunningJob, Survey, companies_with_usages, survey
from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.auth.ports import ApiKeyStore
from bokabridge.clock import utc_now
from bokabridge.errors import NotFound
from bokabridge.voss.ports import UsageLedger

__all__ = [
    "LEVELS",
    "Alarm",
    "DeadLetters",
    "DeployedStack",
    "Emulator",
    "Inspection",
    "Letter",
    "LetterRefused",
    "LogLines",
    "Missing",
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

    def dead_letters(self) -> DeadLetters:
        """The stack's dead-letter queues."""
        return DeadLetters(self.account, self.stack)

    def log_lines(self) -> LogLines:
        """What the stack's functions logged."""
        return LogLines(self.account, self.stack)

    def restore_table(self, table: str, at: datetime) -> str:
        """Begins to restore a table, by its logical id, into a new one, and returns its name. See `restore`."""
        return restore(self.account.client("dynamodb"), self.table(table), at)

    def put_back(self, restored: str, table: str, *, only_count: bool) -> Missing:
        """Puts items that a table, by its logical id, lacks back from a restored one. See `put_back`."""
        target = self.table(table)
        return put_back(self.account.client("dynamodb"), restored, target, utc_now(), only_count=only_count)

    def table(self, logical_id: str) -> str:
        """The name of a table."""
        return self.stack.outputs[f"{logical_id}Name"]

    def notices_between(self, first: datetime, last: datetime) -> Mapping[str, Any]:
        """An event for the function that publishes notices. See `notices_between`."""
        return notices_between(self.account.client("dynamodb"), self.table("UserSyncTable"), first, last)

    def compare_everybody(self, companies: Iterable[str]) -> None:
        """Lets the next sync of each company compare everybody with their customers, as after a removal."""
        jobs = DynamoJobs(self.account.client("dynamodb"), self.stack.outputs["UserSyncTableName"])
        for company_id in companies:
            jobs.note_removal(company_id, 0)


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
