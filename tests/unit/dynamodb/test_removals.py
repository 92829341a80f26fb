"""Reading the stream of removed customers."""

import json
from pathlib import Path

from bokabridge.adapters.dynamodb.removals import removed_customers

EVENT = json.loads(Path("events/customers_removed.json").read_text())


def test_removed_customers_of_each_company_are_counted() -> None:
    company_id = "33333333-3333-4333-8333-333333333333"
    assert removed_customers(EVENT) == {company_id: 1}
    assert removed_customers({"Records": EVENT["Records"] * 3}) == {company_id: 3}
    assert removed_customers({"Records": []}) == {}
