"""In-memory versions of the ports, for tests. The ledger and the copies pass the adapters' contract tests."""

import json
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from bokabridge.errors import RetriableError
from bokabridge.paging import Page, Window
from bokabridge.voss.outcome import Accepted, NotSent, NotThere, Outcome, ReadBack
from bokabridge.voss.product import Product, ProductCopy, ProductType
from bokabridge.voss.usage import OpenUsage, Usage, UsageQuery, UsageState


class InMemoryLedger:
    """UsageLedger in a dict behind a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usages: dict[tuple[str, str], Usage] = {}
        self._ids_by_key: dict[tuple[str, str], str] = {}

    def reserve(self, usage: Usage) -> Usage | None:
        """See UsageLedger."""
        with self._lock:
            existing_id = self._ids_by_key.get((usage.company_id, usage.key))
            if existing_id is not None:
                return self._usages[usage.company_id, existing_id]
            self._ids_by_key[usage.company_id, usage.key] = usage.id
            self._usages[usage.company_id, usage.id] = usage
            return None

    def change(self, before: Usage, after: Usage) -> bool:
        """See UsageLedger."""
        place = before.company_id, before.id
        with self._lock:
            now = self._usages.get(place)
            if now is None or _fence(now) != _fence(before):
                return False
            self._usages[place] = after
            return True

    def find(self, company_id: str, usage_id: str) -> Usage | None:
        """See UsageLedger."""
        with self._lock:
            return self._usages.get((company_id, usage_id))

    def list_unsettled(self, limit: int) -> list[OpenUsage]:
        """See UsageLedger."""
        with self._lock:
            usages = [usage for usage in self._usages.values() if usage.due_at and usage.unsettled_since]
        entries = [OpenUsage(u.company_id, u.id, u.due_at or u.updated_at, _since(u)) for u in usages]
        return sorted(entries, key=lambda entry: entry.due_at)[:limit]

    def list_disputed(self, limit: int) -> list[OpenUsage]:
        """See UsageLedger."""
        with self._lock:
            usages = [usage for usage in self._usages.values() if usage.state is UsageState.Disputed]
        entries = [OpenUsage(u.company_id, u.id, u.updated_at, _since(u)) for u in usages]
        return sorted(entries, key=lambda entry: entry.due_at)[:limit]

    def postpone(self, entry: OpenUsage, due_at: datetime) -> None:
        """See UsageLedger."""
        place = entry.company_id, entry.usage_id
        with self._lock:
            usage = self._usages[place]
            if usage.due_at is not None and usage.due_at < due_at:
                self._usages[place] = replace(usage, due_at=due_at)

    def list(self, company_id: str, query: UsageQuery, window: Window) -> Page[Usage]:
        """See UsageLedger."""
        with self._lock:
            usages = sorted(self._usages.values(), key=lambda usage: usage.id, reverse=True)
        matching = [usage for usage in usages if usage.company_id == company_id and _matches(usage, query)]
        return Page(window.skip, len(matching), window.of(matching))


def _fence(usage: Usage) -> tuple[UsageState, int, int]:
    return usage.state, usage.attempt, usage.revision


def _since(usage: Usage) -> datetime:
    return usage.unsettled_since or usage.created_at


def _matches(usage: Usage, query: UsageQuery) -> bool:
    return (
        (query.state is None or usage.state is query.state)
        and (query.since is None or usage.created_at >= query.since)
        and (query.until is None or usage.created_at < query.until)
    )


class InMemoryProductCopies:
    """ProductCopies in a dict."""

    def __init__(self) -> None:
        self._copies: dict[ProductType | None, ProductCopy] = {}

    def find(self, product_type: ProductType | None) -> ProductCopy | None:
        """See ProductCopies."""
        return self._copies.get(product_type)

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """See ProductCopies."""
        self._copies[product_type] = copy


@dataclass(slots=True)
class InMemoryVoss:
    """Voss with a visible bill. It does not refuse duplicates: a usage that is posted twice is billed twice.

    `on_post` decides the outcome of a POST (None: accept every usage). It may also put the usage on the bill with
    `accept`, let time pass or raise. `on_sign_in` runs before a sign-in. `on_read_back` runs before a read-back and
    may return its outcome; `after_read_back` runs after it. `is_down` refuses to list products.
    """

    on_post: Callable[[Usage], Outcome] | None = None
    on_sign_in: Callable[[], NotSent | None] = lambda: None
    on_read_back: Callable[[Usage], ReadBack | None] = lambda _: None
    after_read_back: Callable[[], None] = lambda: None
    is_down: bool = False
    bill: list[str] = field(default_factory=list)

    def accept(self, usage: Usage) -> Accepted:
        """Puts a line on the bill."""
        self.bill.append(usage.id)
        return Accepted(demo_result_json(usage))

    def sign_in(self) -> NotSent | None:
        """See Voss."""
        return self.on_sign_in()

    def post(self, usage: Usage) -> Outcome:
        """See Voss."""
        return self.on_post(usage) if self.on_post else self.accept(usage)

    def read_back(self, usage: Usage) -> ReadBack:
        """See Voss."""
        found = self.on_read_back(usage)
        if found is None:
            lines = self.bill.count(usage.id)
            found = Accepted(demo_result_json(usage), lines=lines) if lines else NotThere()
        self.after_read_back()
        return found

    def list_products(self, product_type: ProductType | None) -> Sequence[Product]:
        """See Voss. One product of each type."""
        if self.is_down:
            raise RetriableError("VOSS is down.")
        return [Product(f"{kind} product", f"{kind}-1") for kind in ProductType if product_type in (None, kind)]


def demo_result_json(usage: Usage) -> str:
    """A CreateSubscriptionProductGroupResult for a usage, always the same for the same usage."""
    group_id = str(uuid.uuid5(uuid.NAMESPACE_URL, usage.id))
    row = {
        "type": "Usage",
        "id": group_id,
        "name": "Hour",
        "productGroupId": group_id,
        "productGroupName": "Hours",
        "quantity": usage.order.quantity,
        "amount": 100,
        "discountAmount": 0,
        "invoiceRecipientCustomerId": usage.company_id,
    }
    result = {
        "productGroupType": "Optional",
        "status": "Active",
        "id": group_id,
        "name": "Hours",
        "created": "2026-11-21T18:40:01Z",
        "customerBalanceChange": {"items": [row], "totalAmount": 100},
    }
    return json.dumps(result)
