"""Links between Axema users and customers in UserSyncTable: `LINK#<user key>`.

The index `Recognition` finds the links of people with the same e-mail and name. It lags a little, so the links are read
from the table.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from bokabridge.adapters.aws.clients import pool
from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import LINK, key, partition
from bokabridge.adapters.dynamodb.queries import query, query_index
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.adapters.dynamodb.transactions import put_write, transact
from bokabridge.usersync.link import Link

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

_MAX_RELATIVES = 10
"""Nobody is recognised among so many people with one name and e-mail."""


class DynamoLinks:
    """LinkStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def existing(self, company_id: str, user_keys: Collection[str]) -> Mapping[str, Link]:
        """See LinkStore."""
        items = batch_get(self._table, [key(company_id, LINK + user_key) for user_key in user_keys])
        links = (_from_item(item) for item in items)
        return {link.user_key: link for link in links}

    def relatives(self, company_id: str, recognitions: Collection[str]) -> Mapping[str, Sequence[Link]]:
        """See LinkStore."""
        found = pool().map(self._keys_of, recognitions)
        user_keys = {user_key for user_keys in found for user_key in user_keys}
        by_recognition: dict[str, list[Link]] = {}
        for link in self.existing(company_id, user_keys).values():
            if link.recognition in recognitions and not link.is_vacant:
                by_recognition.setdefault(link.recognition or "", []).append(link)
        return by_recognition

    def _keys_of(self, recognition: str) -> list[str]:
        items = query_index(self._table, "Recognition", recognition, _MAX_RELATIVES)
        return [item["SK"].removeprefix(LINK) for item in items]

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        """See LinkStore."""
        batch_put(self._table, (_to_item(company_id, link) for link in links))

    def move(self, company_id: str, link: Link, vacated: Link) -> None:
        """See LinkStore."""
        transact(self._table, [put_write(self._table, _to_item(company_id, each)) for each in (link, vacated)])

    def all(self, company_id: str) -> Iterable[Link]:
        """See LinkStore."""
        return map(_from_item, query(self._table, partition(company_id), LINK))

    def any_exist(self, company_id: str) -> bool:
        """See LinkStore."""
        return any(query(self._table, partition(company_id), LINK, max_items=1))


def _to_item(company_id: str, link: Link) -> Item:
    return {
        **key(company_id, LINK + link.user_key),
        "CustomerId": link.customer_id,
        "ContentHash": link.content_hash,
        "ChangedBy": link.changed_by,
        "Created": link.created,
        "Recognition": link.recognition,
        "IsVacant": link.is_vacant or None,
        "IsDeactivated": link.is_deactivated or None,
    }


def _from_item(item: Item) -> Link:
    return Link(
        user_key=item["SK"].removeprefix(LINK),
        customer_id=item["CustomerId"],
        content_hash=item["ContentHash"],
        changed_by=item["ChangedBy"],
        created=item["Created"],
        recognition=item.get("Recognition"),
        is_vacant=item.get("IsVacant", False),
        is_deactivated=item.get("IsDeactivated", False),
    )
