"""The ledger's cost: one DynamoDB call before VOSS and one after, with as few writes as possible."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.voss.fakes import InMemoryVoss
from bokabridge.voss.forward import UsageForwarder
from bokabridge.voss.outcome import Accepted
from bokabridge.voss.send import Sender
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import Usage, UsageOrder
from tests.data import COMPANY_ID
from tests.dynamodb import USAGE_TABLE, dynamodb_with_tables


class Counted:
    """A forwarder on DynamoDB, and its calls in their order: (operation, items written), or ("POST", 0)."""

    def __init__(self, client: Any) -> None:
        self.calls: list[tuple[str, int]] = []
        client.meta.events.register("provide-client-params.dynamodb", self._count)
        voss = InMemoryVoss(on_post=self._post)
        self.accept = voss.accept
        ledger, timing = DynamoLedger(client, USAGE_TABLE), Timing()
        sender = Sender(ledger, voss, _midnight, lambda _: None, timing)
        self.forwarder = UsageForwarder(ledger, sender, _midnight, timing)

    def _count(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        reads = ("GetItem", "Query")
        self.calls.append((model.name, 0 if model.name in reads else len(params.get("TransactItems", [1]))))

    def _post(self, usage: Usage) -> Accepted:
        self.calls.append(("POST", 0))
        return self.accept(usage)

    def forward(self) -> None:
        self.forwarder.forward(COMPANY_ID, "k", UsageOrder("KONSULT-TIM", 6))


def _midnight() -> datetime:
    return datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture
def counted() -> Iterator[Counted]:
    with dynamodb_with_tables() as client:
        yield Counted(client)


def test_a_usage_costs_two_writes_before_the_post_and_one_after(counted: Counted) -> None:
    counted.forward()
    assert counted.calls == [("TransactWriteItems", 2), ("POST", 0), ("UpdateItem", 1)]


def test_a_repeated_request_costs_one_refused_transaction_and_one_read(counted: Counted) -> None:
    counted.forward()
    counted.calls.clear()
    counted.forward()
    assert counted.calls == [("TransactWriteItems", 2), ("GetItem", 0)]
