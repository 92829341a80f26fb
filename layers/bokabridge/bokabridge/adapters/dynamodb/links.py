"""Links between Axema users and customers in UserSyncTable: `LINK#<source user id>`."""

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import LINK, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.usersync.link import Link

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoLinks:
    """LinkStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def existing(self, company_id: str, source_user_ids: Collection[str]) -> Mapping[str, Link]:
        """See LinkStore."""
        items = batch_get(self._table, [key(company_id, LINK + user_id) for user_id in source_user_ids])
        links = (_from_item(item) for item in items)
        return {link.source_user_id: link for link in links}

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        """See LinkStore."""
        batch_put(self._table, (_to_item(company_id, link) for link in links))

    def any_exist(self, company_id: str) -> bool:
        """See LinkStore."""
        return any(query(self._table, partition(company_id), LINK, max_items=1))


def _to_item(company_id: str, link: Link) -> Item:
    return {
        **key(company_id, LINK + link.source_user_id),
        "CustomerId": link.customer_id,
        "ContentHash": link.content_hash,
        "ChangedBy": link.changed_by,
        "ChangedOnPageIndex": link.changed_on_page_index,
        "Created": link.created,
    }


def _from_item(item: Item) -> Link:
    return Link(
        source_user_id=item["SK"].removeprefix(LINK),
        customer_id=item["CustomerId"],
        content_hash=item["ContentHash"],
        changed_by=item["ChangedBy"],
        changed_on_page_index=item["ChangedOnPageIndex"],
        created=item["Created"],
    )
