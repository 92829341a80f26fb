"""Reading the stream of removed customers."""

import json
from pathlib import Path

from bokabridge.adapters.dynamodb.removals import companies_of_removed

EVENT = json.loads(Path("events/customers_removed.json").read_text())


def test_companies_of_removed_customers_are_read_once_each() -> None:
    assert companies_of_removed(EVENT) == {"33333333-3333-4333-8333-333333333333"}
    assert companies_of_removed({"Records": EVENT["Records"] * 3}) == companies_of_removed(EVENT)
    assert companies_of_removed({"Records": []}) == set()
