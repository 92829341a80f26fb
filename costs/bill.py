"""Bills: numbers of things that AWS charges for, and what they cost."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from costs.files import PRICES

type Bill = Mapping[str, float]
"""How many of each priced thing, by its name in prices.toml."""


@dataclass(frozen=True, slots=True)
class Price:
    """What `per` units cost, in USD, and the page that says so."""

    usd: float
    per: float
    unit: str
    source: str


@cache
def price_list() -> dict[str, Any]:
    """The content of prices.toml."""
    return tomllib.loads(PRICES.read_text())


@cache
def prices() -> dict[str, Price]:
    """The prices by name."""
    return {name: Price(**each) for name, each in price_list()["price"].items()}


def cost(name: str, count: float) -> float:
    """The price of so many, in USD. Raises KeyError for a name without a price."""
    price = prices()[name]
    return count * price.usd / price.per


def total(bill: Bill) -> float:
    """The sum in USD."""
    return sum(cost(name, count) for name, count in bill.items())


def added(*bills: Bill) -> dict[str, float]:
    """One bill for all."""
    return {name: sum(bill.get(name, 0) for bill in bills) for bill in bills for name in bill}


def times(bill: Bill, number: float) -> dict[str, float]:
    """The bill for so many."""
    return {name: count * number for name, count in bill.items()}


_CHARGED = {
    "write units": "dynamodb_write",
    "index write units": "dynamodb_write",
    "read units": "dynamodb_read",
    "transitions": "step_functions",
    "scheduled invocations": "scheduler",
    "GetSecretValue": "secret_call",
}
_FREE = {"StartExecution", "ListSchedules", "GetSchedule", "Axema requests"}
"""Counted, and not charged for by the call."""


def bill_of(counts: Mapping[str, float]) -> dict[str, float]:
    """The bill for counted operations, without Lambda's time. Raises KeyError for an operation that is unknown here."""
    bill: dict[str, float] = {}
    for name, count in counts.items():
        if name not in _FREE:
            charged = "lambda_request" if name.endswith("Function") else _CHARGED[name]
            bill[charged] = bill.get(charged, 0) + count
    return bill
