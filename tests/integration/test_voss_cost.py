"""What the ledger costs: DynamoDB is called once before VOSS and once after, and writes no more than it must."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.voss.fakes import InMemoryVoss
from bokabridge.voss.forward import forward_usage
from bokabridge.voss.outcome import Accepted
from bokabridge.voss.send import Sender
from bokabridge.voss.usage import Timing, Usage, UsageOrder
from tests.usage_table import aws, create_usage_table

COMPANY = "11111111-1111-4111-8111-111111111111"


class Counted:
    """A ledger on DynamoDB, and a list of all calls in their order: (operation, items written), or ("POST", 0)."""

    def __init__(self, client: Any) -> None:
        self.calls: list[tuple[str, int]] = []
        table = create_usage_table(client)
        client.meta.events.register("provide-client-params.dynamodb", self._count)
        voss = InMemoryVoss(on_post=self._post)
        self.accept = voss.accept
        self.sender = Sender(
            DynamoLedger(client, table), voss, lambda: datetime(2026, 11, 21, tzinfo=UTC), lambda _: None, Timing()
        )

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        reads = ("GetItem", "Query")
        self.calls.append((model.name, 0 if model.name in reads else len(params.get("TransactItems", [1]))))

    def _post(self, usage: Usage) -> Accepted:
        self.calls.append(("POST", 0))
        return self.accept(usage)

    def forward(self) -> None:
        forward_usage(COMPANY, "k", UsageOrder("KONSULT-TIM", 6), sender=self.sender)


@pytest.fixture
def counted() -> Iterator[Counted]:
    with aws() as client:
        yield Counted(client)


def test_a_usage_costs_two_writes_before_the_call_and_one_after(counted: Counted) -> None:
    counted.forward()
    assert counted.calls == [("TransactWriteItems", 2), ("POST", 0), ("UpdateItem", 1)]


def test_a_repeat_costs_one_refused_transaction_and_one_read(counted: Counted) -> None:
    counted.forward()
    counted.calls.clear()
    counted.forward()
    assert counted.calls == [("TransactWriteItems", 2), ("GetItem", 0)]
