"""The issues of jobs in UserSyncTable: `ISSUE#<job id>#<page index>#<part>` has issues of one page of Axema users.

The page's commit stores its part 0, which has the number of its parts. The other parts of a long page are stored just
before that. They count only if part 0 is there and says so.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.job_items import expires_at
from bokabridge.adapters.dynamodb.keys import ISSUE, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.paging import Window
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.people import Issue

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_MAX_PART_BYTES = 100_000
"""An item may have 400 KB. In a transaction, a byte costs twice as much as outside."""

_MEMBER_BYTES = 32
"""What DynamoDB counts for an issue besides its two texts: the attributes' names, a bool, and 3 bytes for a map."""


class DynamoIssues:
    """IssueStore on DynamoDB. DynamoJobs stores the issues."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def list(self, company_id: str, job_id: str, window: Window) -> list[Issue]:
        """See IssueStore."""
        items = query(self._table, partition(company_id), f"{ISSUE}{job_id}#")
        by_key = {issue.key: issue for issue in _committed(items)}
        return window.of(by_key[key] for key in sorted(by_key))


def issue_items(job: SyncJob, issues: Sequence[Issue]) -> list[Item]:
    """The parts of the page that the job has just got, none if the page has no issues. `job` is as after the page."""
    page_index, parts = job.pages_committed - 1, list(_parts(issues))
    return [
        {
            **key(job.company_id, f"{ISSUE}{job.id}#{page_index:06}#{part:06}"),
            "Issues": [
                {"Key": issue.key, "Reason": issue.reason, "Skipped": issue.skipped} for issue in issues_of_part
            ],
            "Page": page_index,
            "Part": part,
            "Parts": len(parts),
            "ExpiresAt": expires_at(job),
        }
        for part, issues_of_part in enumerate(parts)
    ]


def _parts(issues: Iterable[Issue]) -> Iterator[list[Issue]]:
    part: list[Issue] = []
    size = 0
    for issue in issues:
        issue_size = len(issue.key.encode()) + len(issue.reason.encode()) + _MEMBER_BYTES
        if part and size + issue_size > _MAX_PART_BYTES:
            yield part
            part, size = [], 0
        part.append(issue)
        size += issue_size
    if part:
        yield part


def _committed(items: Iterable[Item]) -> Iterator[Issue]:
    """The issues of these items, without the parts that an uncommitted run of a page left behind."""
    page, parts = -1, 0
    for item in items:
        if item["Part"] == 0:
            page, parts = item["Page"], item["Parts"]
        if item["Page"] == page and item["Part"] < parts:
            for issue in item["Issues"]:
                yield Issue(issue["Key"], issue["Reason"], issue["Skipped"])
