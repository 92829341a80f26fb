"""Links between Axema users and customers, and the issues of a job, in UserSyncTable."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from bokabridge.adapters.dynamodb.batches import batch_get, batch_put
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.jobs import KEEP_JOBS
from bokabridge.adapters.dynamodb.keys import ISSUE, LINK, key, partition
from bokabridge.adapters.dynamodb.queries import query
from bokabridge.adapters.dynamodb.table import Table
from bokabridge.usersync.link import Link
from bokabridge.usersync.people import Issue

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient


class DynamoLinks:
    """LinkStore on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def find(self, company_id: str, axema_user_ids: Collection[str]) -> Mapping[str, Link]:
        """See LinkStore."""
        items = batch_get(self._table, [key(company_id, LINK + user_id) for user_id in axema_user_ids])
        links = (_link(item) for item in items)
        return {link.axema_user_id: link for link in links}

    def save(self, company_id: str, links: Iterable[Link]) -> None:
        """See LinkStore."""
        batch_put(self._table, (_link_item(company_id, link) for link in links))

    def any_exist(self, company_id: str) -> bool:
        """See LinkStore."""
        return any(query(self._table, partition(company_id), LINK, max_items=1))

    def save_issues(self, company_id: str, job_id: str, issues: Iterable[Issue], now: datetime) -> None:
        """See LinkStore. Issues go when their job goes."""
        expires_at = int((now + KEEP_JOBS).timestamp())
        by_key = {issue.key: issue for issue in issues}  # one batch may not hold a key twice
        items = (_issue_item(company_id, job_id, issue, expires_at) for issue in by_key.values())
        batch_put(self._table, items)

    def issues(self, company_id: str, job_id: str, skip: int, take: int) -> list[Issue]:
        """See LinkStore."""
        items = query(self._table, partition(company_id), f"{ISSUE}{job_id}#")
        return [Issue(item["Key"], item["Reason"], item["Skipped"]) for item in islice(items, skip, skip + take)]


def _link_item(company_id: str, link: Link) -> Item:
    return {
        **key(company_id, LINK + link.axema_user_id),
        "CustomerId": link.customer_id,
        "ContentHash": link.content_hash,
        "ChangedBy": link.changed_by,
        "ChangedOnPage": link.changed_on_page,
        "Created": link.created,
    }


def _link(item: Item) -> Link:
    return Link(
        axema_user_id=item["SK"].removeprefix(LINK),
        customer_id=item["CustomerId"],
        content_hash=item["ContentHash"],
        changed_by=item["ChangedBy"],
        changed_on_page=item["ChangedOnPage"],
        created=item["Created"],
    )


def _issue_item(company_id: str, job_id: str, issue: Issue, expires_at: int) -> Item:
    return {
        **key(company_id, f"{ISSUE}{job_id}#{issue.key}"),
        "Key": issue.key,
        "Reason": issue.reason,
        "Skipped": issue.skipped,
        "ExpiresAt": expires_at,
    }
