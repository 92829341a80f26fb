"""In-memory twins of the ports, for tests: real classes that keep the same promises."""

import json
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from bokabridge.errors import RetriableError
from bokabridge.voss.outcome import Accepted, AlreadyThere, NotSent, NotThere, Outcome, ReadBack
from bokabridge.voss.product import Product, ProductCopy, ProductType
from bokabridge.voss.usage import Unsettled, Usage, UsagePage, UsageState


class InMemoryLedger:
    """UsageLedger in a dict behind a lock."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._usages: dict[tuple[str, str], Usage] = {}
        self._keys: dict[tuple[str, str], str] = {}

    def reserve(self, usage: Usage) -> Usage | None:
        """See UsageLedger."""
        with self._lock:
            taken = self._keys.get((usage.company_id, usage.key))
            if taken is not None:
                return self._usages[usage.company_id, taken]
            self._keys[usage.company_id, usage.key] = usage.id
            self._usages[usage.company_id, usage.id] = usage
            return None

    def change(self, before: Usage, after: Usage) -> bool:
        """See UsageLedger."""
        place = before.company_id, before.id
        with self._lock:
            now = self._usages.get(place)
            if now is None or (now.state, now.attempt) != (before.state, before.attempt):
                return False
            self._usages[place] = after
            return True

    def get(self, company_id: str, usage_id: str) -> Usage | None:
        """See UsageLedger."""
        with self._lock:
            return self._usages.get((company_id, usage_id))

    def unsettled(self, limit: int) -> list[Unsettled]:
        """See UsageLedger."""
        with self._lock:
            found = [
                Unsettled(usage.company_id, usage.id, usage.due_at, usage.unsettled_since)
                for usage in self._usages.values()
                if usage.due_at and usage.unsettled_since
            ]
        return sorted(found, key=lambda entry: entry.due_at)[:limit]

    def list(
        self,
        company_id: str,
        state: UsageState | None,
        since: datetime | None,
        until: datetime | None,
        skip: int,
        take: int,
    ) -> UsagePage:
        """See UsageLedger."""
        with self._lock:
            usages = sorted(self._usages.values(), key=lambda usage: usage.id, reverse=True)
        matching = [
            usage
            for usage in usages
            if usage.company_id == company_id
            and (state is None or usage.state is state)
            and (since is None or usage.created_at >= since)
            and (until is None or usage.created_at < until)
        ]
        return UsagePage(skip, len(matching), matching[skip : skip + take])


class InMemoryProductCopies:
    """ProductCopies in a dict."""

    def __init__(self) -> None:
        self._copies: dict[ProductType | None, ProductCopy] = {}

    def load(self, product_type: ProductType | None) -> ProductCopy | None:
        """See ProductCopies."""
        return self._copies.get(product_type)

    def save(self, product_type: ProductType | None, copy: ProductCopy) -> None:
        """See ProductCopies."""
        self._copies[product_type] = copy


@dataclass(slots=True)
class InMemoryVoss:
    """Voss with a bill to look at. It does not refuse doubles: a usage that is posted twice is billed twice.

    `on_post` decides what a POST comes to, and may do anything on the way: put the usage on the bill with `accept`, let
    time pass, raise. None takes every usage. `on_sign_in` and `on_find` are called first, `is_down` refuses reads.
    """

    on_post: Callable[[Usage], Outcome | AlreadyThere] | None = None
    on_sign_in: Callable[[], NotSent | None] = lambda: None
    on_find: Callable[[Usage], ReadBack | None] = lambda _: None
    after_find: Callable[[], None] = lambda: None
    is_down: bool = False
    bill: list[str] = field(default_factory=list)

    def accept(self, usage: Usage) -> Accepted:
        """Puts a line onto the bill."""
        self.bill.append(usage.id)
        return Accepted(demo_answer(usage))

    def sign_in(self) -> NotSent | None:
        """See Voss."""
        return self.on_sign_in()

    def post(self, usage: Usage) -> Outcome | AlreadyThere:
        """See Voss."""
        return self.on_post(usage) if self.on_post else self.accept(usage)

    def find(self, usage: Usage) -> ReadBack:
        """See Voss."""
        told = self.on_find(usage)
        if told is None:
            told = Accepted(demo_answer(usage)) if usage.id in self.bill else NotThere()
        self.after_find()
        return told

    def products(self, product_type: ProductType | None) -> Sequence[Product]:
        """See Voss. One product of each type."""
        if self.is_down:
            raise RetriableError("VOSS is down.")
        return [Product(f"{kind} product", f"{kind}-1") for kind in ProductType if product_type in (None, kind)]


def demo_answer(usage: Usage) -> str:
    """A CreateSubscriptionProductGroupResult for a usage, always the same."""
    group = str(uuid.uuid5(uuid.NAMESPACE_URL, usage.id))
    row = {
        "type": "Usage",
        "id": group,
        "name": "Hour",
        "productGroupId": group,
        "productGroupName": "Hours",
        "quantity": usage.order.quantity,
        "amount": 100,
        "discountAmount": 0,
        "invoiceRecipientCustomerId": usage.company_id,
    }
    answer = {
        "productGroupType": "Optional",
        "status": "Active",
        "id": group,
        "name": "Hours",
        "created": "2026-11-21T18:40:01Z",
        "customerBalanceChange": {"items": [row], "totalAmount": 100},
    }
    return json.dumps(answer)
