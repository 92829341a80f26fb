"""The issues of jobs in UserSyncTable: `ISSUE#<job id>#<issue key>`. They expire when their job does."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_put
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.job_items import KEEP_JOBS
from bokabridge.adapters.dynamodb.keys import ISSUE, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.paging import Window
from bokabridge.usersync.people import Issue

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoIssues:
    """IssueStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def save(self, company_id: str, job_id: str, issues: Iterable[Issue], now: datetime) -> None:
        """See IssueStore."""
        expires_at = int((now + KEEP_JOBS).timestamp())
        by_key = {issue.key: issue for issue in issues}  # DynamoDB refuses a batch that holds a key twice
        batch_put(self._table, (_to_item(company_id, job_id, issue, expires_at) for issue in by_key.values()))

    def list(self, company_id: str, job_id: str, window: Window) -> list[Issue]:
        """See IssueStore."""
        items = query(self._table, partition(company_id), f"{ISSUE}{job_id}#")
        return [Issue(item["Key"], item["Reason"], item["Skipped"]) for item in window.of(items)]


def _to_item(company_id: str, job_id: str, issue: Issue, expires_at: int) -> Item:
    return {
        **key(company_id, f"{ISSUE}{job_id}#{issue.key}"),
        "Key": issue.key,
        "Reason": issue.reason,
        "Skipped": issue.skipped,
        "ExpiresAt": expires_at,
    }
