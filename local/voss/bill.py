"""The bill: every usage that VOSS accepted. One lock guards it, and is never held during slow work."""

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from local.voss.controls import Controls
from local.voss.products import BY_ARTICLE_NUMBER


@dataclass(frozen=True, slots=True)
class Line:
    """A usage that VOSS accepted. `key` is the Idempotency-Key of its request."""

    key: str
    external_reference: str
    customer_id: str
    article_number: str
    quantity: int
    result: dict[str, Any]

    def to_wire(self) -> dict[str, Any]:
        """The line as `GET /_state` lists it."""
        return {
            "key": self.key,
            "externalReference": self.external_reference,
            "customerId": self.customer_id,
            "articleNumber": self.article_number,
            "quantity": self.quantity,
            "id": self.result["id"],
            "created": self.result["created"],
        }


class Bill:
    """The lines, controls and counters of the simulator."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lines: list[Line] = []
        self._controls = Controls()
        self._posts = 0
        self._in_flight = 0

    @property
    def controls(self) -> Controls:
        """The current controls."""
        with self._lock:
            return self._controls

    def set_controls(self, changes: Mapping[str, Any] | None) -> dict[str, Any]:
        """Merge changes into the controls, or reset them (None). The bill stays. Raises ControlError."""
        with self._lock:
            self._controls = Controls() if changes is None else self._controls.merged(changes)
        return self.state()

    def begin_post(self) -> None:
        """Count a POST that has arrived."""
        with self._lock:
            self._posts += 1
            self._in_flight += 1

    def end_post(self) -> None:
        """Count a POST as finished, with or without a response."""
        with self._lock:
            self._in_flight -= 1

    def accept(self, key: str, order: Mapping[str, Any], *, once: bool) -> dict[str, Any]:
        """Add a line and return its result. With `once`, return that of an earlier line with the same reference."""
        with self._lock:
            if once:
                for line in self._lines:
                    if line.external_reference == order["externalReference"]:
                        return line.result
            result = _result(order)
            self._lines.append(
                Line(
                    key,
                    order["externalReference"],
                    order["customerId"],
                    order["articleNumber"],
                    order["quantity"],
                    result,
                )
            )
            return result

    def find(self, external_reference: str) -> list[dict[str, Any]]:
        """The results of the lines with this reference."""
        with self._lock:
            return [
                {**line.result, "externalReference": line.external_reference}
                for line in self._lines
                if line.external_reference == external_reference
            ]

    def state(self) -> dict[str, Any]:
        """The bill, counters and controls at one consistent moment."""
        with self._lock:
            return {
                "usages": [line.to_wire() for line in self._lines],
                "posts": self._posts,
                "inFlight": self._in_flight,
                **self._controls.to_wire(),
            }


def _result(order: Mapping[str, Any]) -> dict[str, Any]:
    """A CreateSubscriptionProductGroupResult with every member but the termination, which a new usage lacks."""
    product = BY_ARTICLE_NUMBER[order["articleNumber"]]
    product_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{product.article_number}.voss.example.org"))
    group_id = str(uuid.uuid4())
    amount = round(product.price * order["quantity"], 2)
    row = {
        "type": product.type,
        "id": product_id,
        "name": product.name,
        "productGroupId": group_id,
        "productGroupName": product.name,
        "quantity": order["quantity"],
        "amount": amount,
        "discountAmount": 0,
        "totalAmount": amount,
        "invoiceRecipientCustomerId": order["customerId"],
    }
    return {
        "productGroupType": "Optional",
        "status": "Active",
        "id": group_id,
        "name": product.name,
        "products": [
            {
                "id": product_id,
                "name": product.name,
                "externalId": f"ext-{product.article_number}",
                "articleNumber": product.article_number,
            }
        ],
        "created": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "customerBalanceChange": {"items": [row], "totalAmount": amount, "totalDiscountAmount": 0},
    }
