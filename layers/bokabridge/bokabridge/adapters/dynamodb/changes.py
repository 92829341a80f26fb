"""The changes of jobs in UserSyncTable: `CHANGE#<job id>#<page index>#<part>` has changes of one page of Axema users.

DynamoJobs stores them. If a page has values before a change, that is before it writes customers, because a worker that
dies would lose them. Otherwise its commit does it, as with issues (parts.py). Changes are compressed JSON: a list of
changes, each a list of kind, user id, customer id, name and fields.
"""

import json
import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import CHANGE, partition
from bokabridge.adapters.dynamodb.parts import MAX_PART_BYTES, part_items, split, valid_parts
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.usersync.changes import ChangeKind, FieldChange, LoggedChange, PersonChange
from bokabridge.usersync.job import SyncJob

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_MAX_UNPACKED_BYTES = 3 * MAX_PART_BYTES
"""Compressing makes a third of it, or less."""

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


class DynamoChanges:
    """ChangeLog on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

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
    parts = split(members, lambda member: len(member.encode()), _MAX_UNPACKED_BYTES)
    packed: list[Item] = [{"Changes": _packed(part)} for part in parts]
    return part_items(CHANGE, job, page_index, packed, _expires_at(job))


def saved_items(job: SyncJob, changes: Sequence[PersonChange]) -> list[Item]:
    """The parts of the job's current page, at least one, which replaces those that an earlier run has stored."""
    empty: list[Item] = [{"Changes": _packed([])}]
    return change_items(job, job.page_index, changes) or part_items(
        CHANGE, job, job.page_index, empty, _expires_at(job)
    )


def _expires_at(job: SyncJob) -> int:
    return int(job.changes_expire_at.timestamp())


def _to_member(change: PersonChange) -> str:
    fields = [[each.field, each.before, each.after] for each in change.fields]
    member = [change.kind, change.source_user_id, change.customer_id, change.name, fields]
    return _JSON.encode(member)


def _packed(members: Sequence[str]) -> bytes:
    return zlib.compress(f"[{','.join(members)}]".encode(), level=1)


def _unpacked(item: Item) -> Iterator[PersonChange]:
    members: list[Any] = json.loads(zlib.decompress(item["Changes"]))
    for kind, source_user_id, customer_id, name, fields in members:
        changed = tuple(FieldChange(*each) for each in fields)
        yield PersonChange(ChangeKind(kind), source_user_id, customer_id, name, changed)
