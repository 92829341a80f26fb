"""Notices in UserSyncTable: `NOTICE#<job id>`. The table's stream tells the function that publishes them.

The transaction that ends a job stores its notice, so that there is a notice for each end that calls for one, and no
other. An item is written once.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bokabridge.adapters.dynamodb.expressions import Filter
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import NOTICE, key, partition
from bokabridge.adapters.dynamodb.queries import scan
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.dates import format_date, parse_date
from bokabridge.usersync.notice import Event, Notice

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_KEEP = timedelta(days=90)
_CLOCKS = timedelta(minutes=1)
"""The clocks of the stream and of the functions differ by less. A notice that is published again does no harm."""


class DynamoNotices:
    """NoticeStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, company_id: str, job_id: str) -> Notice | None:
        """See NoticeStore."""
        item = self._table.find(key(company_id, NOTICE + job_id))
        return _from_item(company_id, job_id, item) if item else None


def new_notices(event: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The company ids and job ids of the notices that these records of the table's stream are about."""
    for record in event["Records"]:
        keys = record["dynamodb"]["Keys"]
        yield keys["PK"]["S"].removeprefix(partition("")), keys["SK"]["S"].removeprefix(NOTICE)


def notices_between(client: "DynamoDBClient", table_name: str, first: datetime, last: datetime) -> dict[str, Any]:
    """An event like the stream's about the notices of jobs that ended in this time. Reads the whole table."""
    only = Filter(
        "begins_with(SK, :notice) AND EndedDate BETWEEN :first AND :last",
        {},
        {":notice": NOTICE, ":first": format_date(first - _CLOCKS), ":last": format_date(last + _CLOCKS)},
    )
    found = scan(Table(client, table_name), only, attributes="PK, SK")
    return {"Records": [{"dynamodb": {"Keys": {name: {"S": item[name]} for name in ("PK", "SK")}}} for item in found]}


def to_item(notice: Notice) -> Item:
    """The item of a notice."""
    return {
        **key(notice.company_id, NOTICE + notice.job_id),
        "Event": notice.event,
        "EndedDate": format_date(notice.at),
        "Failures": notice.failures,
        "ErrorMessage": notice.error,
        "Schedule": notice.schedule,
        "ExpiresAt": int((notice.at + _KEEP).timestamp()),
    }


def _from_item(company_id: str, job_id: str, item: Item) -> Notice:
    return Notice(
        company_id=company_id,
        job_id=job_id,
        event=Event(item["Event"]),
        at=parse_date(item["EndedDate"]),
        failures=item["Failures"],
        error=item.get("ErrorMessage"),
        schedule=item.get("Schedule"),
    )
