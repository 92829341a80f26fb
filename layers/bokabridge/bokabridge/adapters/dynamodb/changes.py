"""The changes of jobs in UserSyncTable: `CHANGE#<job id>#<page index>#<part>` has changes of one page of Axema users.

A page with values before a change stores them before it writes customers (DynamoChanges.save_changes), because a worker
that dies would lose them. The commit stores the changes of other pages, as it does with issues (parts.py). Changes are
compressed JSON: a list of changes, each a list of kind, user id, customer id, name and fields.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.dynamodb.batches import batch_put
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import CHANGE, partition
from bokabridge.adapters.dynamodb.parts import part_items, split, valid_parts
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.usersync.changes import ChangeKind, FieldChange, LoggedChange, PersonChange
from bokabridge.usersync.job import SyncJob

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoChanges:
    """ChangeLog on DynamoDB. DynamoJobs stores the changes of pages without values before."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def save_changes(self, job: SyncJob, changes: Sequence[PersonChange]) -> None:
        """See ChangeLog."""
        batch_put(self._table, change_items(job, job.page_index, changes) or [_empty_page(job)])

    def of_page(self, job: SyncJob, page_index: int) -> list[PersonChange]:
        """See ChangeLog."""
        return [logged.change for logged in self._logged(job.company_id, f"{job.id}#{page_index:06}#")]

    def of_job(self, company_id: str, job_id: str) -> Iterator[LoggedChange]:
        """See ChangeLog."""
        return self._logged(company_id, f"{job_id}#")

    def _logged(self, company_id: str, prefix: str) -> Iterator[LoggedChange]:
        items = query(self._table, partition(company_id), CHANGE + prefix)
        return (LoggedChange(item["Page"], change) for item in valid_parts(items) for change in _unpacked(item))


def change_items(job: SyncJob, page_index: int, changes: Sequence[PersonChange]) -> list[Item]:
    """The parts of this page of the job, none if there are no changes."""
    members = [_to_member(change) for change in changes]
    parts: list[Item] = [{"Changes": _packed(part)} for part in split(members, lambda member: len(member.encode()))]
    return part_items(CHANGE, job, page_index, parts, _expires_at(job))


def _empty_page(job: SyncJob) -> Item:
    """Replaces the parts that an earlier run of the page has stored."""
    return part_items(CHANGE, job, job.page_index, [{"Changes": _packed([])}], _expires_at(job))[0]


def _expires_at(job: SyncJob) -> int:
    return int(job.changes_expire_at.timestamp())


def _to_member(change: PersonChange) -> str:
    fields = [[each.field, each.before, each.after] for each in change.fields]
    member = [change.kind, change.source_user_id, change.customer_id, change.name, fields]
    return json.dumps(member, ensure_ascii=False, separators=(",", ":"))


def _packed(members: Sequence[str]) -> bytes:
    return zlib.compress(f"[{','.join(members)}]".encode(), level=1)


def _unpacked(item: Item) -> Iterator[PersonChange]:
    members: list[Any] = json.loads(zlib.decompress(item["Changes"]))
    for kind, source_user_id, customer_id, name, fields in members:
        changed = tuple(FieldChange(*each) for each in fields)
        yield PersonChange(ChangeKind(kind), source_user_id, customer_id, name, changed)
