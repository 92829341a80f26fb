"""Rosters in UserSyncTable.

`ROSTER#<slot>#<index>` is a page of a roster, and `ROSTER#<slot>#M<part>` has missing users. The lock (lock.py) says
where the company's roster is. `UNDECIDED#<job id>#<page index>#<part>` has people of a page whose customers the job
chooses at its end, and the number of such parts of the page.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import batched
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.customers import PERSON_ATTRIBUTES
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import ROSTER, UNDECIDED, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.customers.person import Person
from bokabridge.usersync.job import SyncJob
from bokabridge.usersync.normalised import Candidate
from bokabridge.usersync.roster import RosterPage

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEEP_UNDECIDED = timedelta(days=3)

_PEOPLE_PER_PART = 100
"""This many fit into an item (400 KB), however long their names are."""


class DynamoRosters:
    """RosterStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def pages(self, company_id: str, slot: int, count: int) -> Iterable[RosterPage]:
        """See RosterStore."""
        items = batch_get(self._table, [_page_key(company_id, slot, index) for index in range(count)])
        return (RosterPage(item["Entries"], item.get("Moved", b""), item.get("Cursor", b"")) for item in items)

    def missing(self, company_id: str, slot: int, parts: int) -> Iterable[bytes]:
        """See RosterStore."""
        items = batch_get(self._table, [_part_key(company_id, slot, part) for part in range(parts)])
        return (item["Entries"] for item in items)

    def save_missing(self, company_id: str, slot: int, parts: Iterable[bytes]) -> int:
        """See RosterStore."""
        items = [{**_part_key(company_id, slot, part), "Entries": entries} for part, entries in enumerate(parts)]
        batch_put(self._table, items)
        return len(items)

    def save_undecided(self, job: SyncJob, people: Sequence[Candidate]) -> None:
        """See RosterStore."""
        parts = list(batched(people, _PEOPLE_PER_PART, strict=False)) or [()]
        expires_at = int((job.created_at + _KEEP_UNDECIDED).timestamp())
        items = [
            {
                **key(job.company_id, f"{UNDECIDED}{job.id}#{job.page_index:06}#{part:06}"),
                "People": [_to_member(each) for each in people_of_part],
                "Page": job.page_index,
                "Part": part,
                "Parts": len(parts),
                "ExpiresAt": expires_at,
            }
            for part, people_of_part in enumerate(parts)
        ]
        batch_put(self._table, items)

    def undecided(self, job: SyncJob) -> list[Candidate]:
        """See RosterStore. Parts that an earlier run of a page left behind are ignored."""
        items = query(self._table, partition(job.company_id), f"{UNDECIDED}{job.id}#")
        people: list[Candidate] = []
        parts = 0
        for item in items:
            parts = item["Parts"] if item["Part"] == 0 else parts
            if item["Page"] < job.pages_committed and item["Part"] < parts:
                people += map(_from_member, item["People"])
        return people


def page_item(company_id: str, slot: int, page_index: int, page: RosterPage) -> Item:
    """The item of a page of a roster."""
    return {
        **_page_key(company_id, slot, page_index),
        "Entries": page.entries,
        "Moved": page.moved or None,
        "Cursor": page.cursor or None,
    }


def _page_key(company_id: str, slot: int, page_index: int) -> Item:
    return key(company_id, f"{ROSTER}{slot}#{page_index:06}")


def _part_key(company_id: str, slot: int, part: int) -> Item:
    return key(company_id, f"{ROSTER}{slot}#M{part:06}")


def _to_member(candidate: Candidate) -> Item:
    person = {attribute: getattr(candidate.person, field) for field, attribute in PERSON_ATTRIBUTES.items()}
    return {
        "Id": candidate.source_user_id,
        "Digest": candidate.digest,
        **person,
        "Absent": sorted(candidate.person.absent),
    }


def _from_member(member: Item) -> Candidate:
    person: Item = {field: member.get(attribute) for field, attribute in PERSON_ATTRIBUTES.items()}
    return Candidate(member["Id"], Person(**person, absent=frozenset(member["Absent"])), member["Digest"])
