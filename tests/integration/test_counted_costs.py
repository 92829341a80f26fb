"""costs/counted.json is what the functions really do. If a test fails, look at the difference, and run `make cost`."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from costs.files import COUNTED
from tests.counted_costs import counted_idle, counted_resources, counted_syncs, counted_usages

STORED: dict[str, Any] = json.loads(COUNTED.read_text())


def syncs() -> dict[str, Any]:
    counts, stored = counted_syncs()
    return {"syncs": counts, "stored bytes of a company": stored}


def syncs_page_by_page() -> dict[str, Any]:
    return {"syncs, one invocation per page": counted_syncs(PAGE_BUDGET_SECONDS="0")[0]}


def the_rest() -> dict[str, Any]:
    return {
        "usages": counted_usages(),
        "idle": counted_idle(),
        **counted_resources(),
    }


@pytest.mark.parametrize("count", [syncs, syncs_page_by_page, the_rest])
def test_counts_are_those_that_the_costs_are_made_of(count: Callable[[], dict[str, Any]]) -> None:
    found = count()
    assert found == {name: STORED[name] for name in found}, "Run `make cost`."
