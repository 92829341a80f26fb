"""The ledger of VOSS usage in UsageTable.

`USAGE#<id>` is a record; ids are UUIDv7, so the newest sorts last and a period is a range of keys. `KEY#<key>` names
the record to which a company's Idempotency-Key belongs. A record that is Sending, Unknown or Disputed has the
attributes `Unsettled` and `DueAt`, so that the sparse index `Unsettled` lists it without a scan. Disputed records have
a partition of their own there. Nothing here expires (docs/decisions.md).
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import IDEMPOTENCY_KEY, USAGE, company_of, key, partition
from bokabridge.adapters.dynamodb.queries import count_between, query_between, query_index
from bokabridge.adapters.dynamodb.table import ConditionFailed, Table
from bokabridge.adapters.dynamodb.transactions import TransactionCancelled, put_write, transact
from bokabridge.dates import format_date, parse_date
from bokabridge.errors import Refusal, RetriableError
from bokabridge.ids import uuid7_floor
from bokabridge.paging import Page, Window
from bokabridge.voss.usage import (
    OpenUsage,
    Settlement,
    SettlementOutcome,
    Usage,
    UsageOrder,
    UsageQuery,
    UsageState,
)

if TYPE_CHECKING:
    from types_boto3_dynamodb import DynamoDBClient

UNSETTLED_INDEX = "Unsettled"

_UNSETTLED, _DISPUTED = "1", "Disputed"
"""The partitions of the index: usages that the reconciler settles, and usages that a person settles."""

_LOWEST, _HIGHEST = USAGE, USAGE + "~"
"""Sort keys before and after those of all records."""


class DynamoLedger:
    """UsageLedger on DynamoDB."""

    def __init__(self, client: "DynamoDBClient", table_name: str) -> None:
        self._table = Table(client, table_name)

    def reserve(self, usage: Usage) -> Usage | None:
        """See UsageLedger. One transaction, to which the SDK adds a token, so that its own retries count once."""
        pointer = {**key(usage.company_id, IDEMPOTENCY_KEY + usage.key), "UsageId": usage.id}
        absent = "attribute_not_exists(PK)"
        writes = [put_write(self._table, pointer, absent), put_write(self._table, _to_item(usage), absent)]
        with or_retriable():
            try:
                transact(self._table, writes)
            except TransactionCancelled as cancelled:
                existing = cancelled.reasons[0].item
            else:
                return None
            if existing is None:
                raise RetriableError("The ledger did not store the usage. Try again in a while.")
            reserved = self.find(usage.company_id, existing["UsageId"])
        if reserved is None:
            raise RetriableError("The ledger did not return the record of the key. Try again in a while.")
        return reserved

    def change(self, before: Usage, after: Usage) -> bool:
        """See UsageLedger. The order is not written: it never changes."""
        update = Update.setting(
            key(before.company_id, USAGE + before.id),
            _mutable(after),
            condition="#State = :state AND #Attempt = :attempt AND "
            + ("#Revision = :revision" if before.revision else "attribute_not_exists(#Revision)"),
            condition_values={
                ":state": before.state.value,
                ":attempt": before.attempt,
                **({":revision": before.revision} if before.revision else {}),
            },
        )
        try:
            with or_retriable():
                self._table.update(update)
            return True
        except ConditionFailed:
            return False

    def find(self, company_id: str, usage_id: str) -> Usage | None:
        """See UsageLedger."""
        with or_retriable():
            item = self._table.find(key(company_id, USAGE + usage_id))
        return _from_item(item) if item else None

    def list_unsettled(self, limit: int) -> list[OpenUsage]:
        """See UsageLedger."""
        return self._open_usages(_UNSETTLED, limit)

    def list_disputed(self, limit: int) -> list[OpenUsage]:
        """See UsageLedger."""
        return self._open_usages(_DISPUTED, limit)

    def _open_usages(self, kind: str, limit: int) -> list[OpenUsage]:
        with or_retriable():
            items = query_index(self._table, UNSETTLED_INDEX, kind, limit)
        return [
            OpenUsage(
                company_id=company_of(item),
                usage_id=item["SK"].removeprefix(USAGE),
                due_at=_date_or_earliest(item.get("DueAt")),
                since=_date_or_earliest(item.get("UnsettledSince")),
            )
            for item in items
        ]

    def postpone(self, entry: OpenUsage, due_at: datetime) -> None:
        """See UsageLedger."""
        update = Update.setting(
            key(entry.company_id, USAGE + entry.usage_id),
            {"DueAt": format_date(due_at)},
            condition="#Unsettled = :unsettled AND #DueAt < :due_at",
            condition_values={":unsettled": _UNSETTLED, ":due_at": format_date(due_at)},
        )
        with or_retriable(), suppress(ConditionFailed):
            self._table.update(update)

    def list(self, company_id: str, query: UsageQuery, window: Window) -> Page[Usage]:
        """See UsageLedger."""
        low = USAGE + uuid7_floor(query.since) if query.since else _LOWEST
        high = USAGE + uuid7_floor(query.until) if query.until else _HIGHEST
        if low > high:
            return Page(window.skip, 0, [])
        where = partition(company_id), low, high
        only = Filter("#State = :state", {"#State": "State"}, {":state": query.state.value}) if query.state else None
        with or_retriable():
            total = count_between(self._table, *where, only)
            items = query_between(self._table, *where, only, newest_first=True)
            results = [_from_item(item) for item in window.of(items)] if window.skip < total else []
        return Page(window.skip, total, results)


@contextmanager
def or_retriable() -> Iterator[None]:
    """Turns every error of DynamoDB into a RetriableError: without the ledger, nothing may be billed."""
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise RetriableError("The ledger cannot be reached at the moment. Try again in a while.") from error


def _to_item(usage: Usage) -> Item:
    return {
        **key(usage.company_id, USAGE + usage.id),
        "Id": usage.id,
        "CompanyId": usage.company_id,
        "IdempotencyKey": usage.key,
        "ArticleNumber": usage.order.article_number,
        "Quantity": usage.order.quantity,
        "CreatedDate": format_date(usage.created_at),
        **_mutable(usage),
    }


def _mutable(usage: Usage) -> Item:
    """The attributes that can change. None stands for a missing attribute."""
    is_disputed = usage.state is UsageState.Disputed
    due_at = usage.updated_at if is_disputed else usage.due_at
    return {
        "State": usage.state.value,
        "Attempt": usage.attempt,
        "Revision": usage.revision or None,
        "Posts": usage.posts,
        "UpdatedDate": format_date(usage.updated_at),
        "ClaimedAt": format_date(usage.claimed_at),
        "Unsettled": _DISPUTED if is_disputed else _UNSETTLED if due_at else None,
        "DueAt": format_date(due_at) if due_at else None,
        "UnsettledSince": format_date(usage.unsettled_since) if usage.unsettled_since else None,
        "Acknowledged": usage.is_acknowledged or None,
        "Answered": usage.was_answered or None,
        "Answer": usage.result_json,
        "RawAnswer": usage.raw_answer,
        "Refusal": usage.refusal.value if usage.refusal else None,
        "Reason": usage.reason,
        "Settlement": _to_settlement_item(usage.settlement) if usage.settlement else None,
    }


def _from_item(item: Item) -> Usage:
    state = UsageState(item["State"])
    return Usage(
        id=item["Id"],
        company_id=item["CompanyId"],
        key=item["IdempotencyKey"],
        order=UsageOrder(item["ArticleNumber"], item["Quantity"]),
        state=state,
        attempt=item["Attempt"],
        created_at=parse_date(item["CreatedDate"]),
        updated_at=parse_date(item["UpdatedDate"]),
        claimed_at=parse_date(item["ClaimedAt"]),
        due_at=None if state is UsageState.Disputed else _optional_date(item, "DueAt"),
        unsettled_since=_optional_date(item, "UnsettledSince"),
        result_json=item.get("Answer"),
        refusal=Refusal(item["Refusal"]) if "Refusal" in item else None,
        reason=item.get("Reason"),
        revision=item.get("Revision", 0),
        posts=item["Posts"] if "Posts" in item else item["Attempt"],
        is_acknowledged=item.get("Acknowledged", False),
        was_answered=item.get("Answered", False),
        raw_answer=item.get("RawAnswer"),
        settlement=_from_settlement_item(item["Settlement"]) if "Settlement" in item else None,
    )


def _to_settlement_item(settlement: Settlement) -> Item:
    return {
        "Outcome": settlement.outcome.value,
        "Note": settlement.note,
        "By": settlement.by,
        "At": format_date(settlement.at),
    }


def _from_settlement_item(item: Item) -> Settlement:
    return Settlement(SettlementOutcome(item["Outcome"]), item["Note"], item["By"], parse_date(item["At"]))


def _optional_date(item: Item, name: str) -> datetime | None:
    return parse_date(item[name]) if name in item else None


def _date_or_earliest(text: object) -> datetime:
    """The date. One that cannot be read counts as the earliest, so that its usage is due and draws attention."""
    try:
        return parse_date(str(text))
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
