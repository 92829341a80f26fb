"""The issues of jobs in UserSyncTable: `ISSUE#<job id>#<page index>#<part>` has issues of one page of Axema users.

The page's commit stores its part 0. The other parts of a long page are stored just before that (parts.py).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.job_items import expires_at
from bokabridge.adapters.dynamodb.keys import ISSUE, partition
from bokabridge.adapters.dynamodb.parts import part_items, split, valid_parts
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.paging import Window
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import Issue

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_MEMBER_BYTES = 32
"""What DynamoDB counts for an issue besides its two texts: the attributes' names, a bool, and 3 bytes for a map."""


class DynamoIssues:
    """IssueStore on DynamoDB. DynamoJobs stores the issues."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def list(self, company_id: str, job_id: str, window: Window) -> list[Issue]:
        """See IssueStore."""
        items = query(self._table, partition(company_id), f"{ISSUE}{job_id}#")
        members = (member for item in valid_parts(items) for member in item["Issues"])
        by_key = {member["Key"]: Issue(member["Key"], member["Reason"], member["Skipped"]) for member in members}
        return window.of(by_key[key] for key in sorted(by_key))


def issue_items(job: SyncJob, issues: Sequence[Issue]) -> list[Item]:
    """The parts of the page that the job has just got, none if the page has no issues. `job` is as after the page."""
    parts: list[Item] = [
        {"Issues": [{"Key": issue.key, "Reason": issue.reason, "Skipped": issue.skipped} for issue in issues_of_part]}
        for issues_of_part in split(issues, _size_of)
    ]
    return part_items(ISSUE, job, job.pages_committed - 1, parts, expires_at(job))


def _size_of(issue: Issue) -> int:
    return len(issue.key.encode()) + len(issue.reason.encode()) + _MEMBER_BYTES
