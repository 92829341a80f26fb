"""Reading the ledger."""

import pytest

from tests.e2e.voss.bridge import VossBridge, error


def test_usages_are_listed_by_state_and_period_in_pages(bridge: VossBridge, key: str) -> None:
    for number in range(3):
        bridge.use(f"{key}-{number}")
    middle = bridge.usage_by_key(f"{key}-1")
    since = f"/voss/usage?state=sent&from={middle['CreatedDate']}"
    found = bridge.call("GET", since).json()
    assert [usage["IdempotencyKey"] for usage in found["Results"]] == [f"{key}-2", f"{key}-1"]
    assert (found["Offset"], found["Total"]) == (0, 2)
    page = bridge.call("GET", f"{since}&skip=1&take=1").json()
    assert (page["Offset"], page["Total"]) == (1, 2)
    assert [usage["Id"] for usage in page["Results"]] == [middle["Id"]]
    assert bridge.call("GET", "/voss/usage?From=2020-01-01&To=2020-02-01").json()["Results"] == []


@pytest.mark.parametrize(
    ("query", "field"), [("State=Lost", "State"), ("From=soon", "From"), ("Take=1001", "Take"), ("Skip=-1", "Skip")]
)
def test_an_invalid_query_names_its_field(bridge: VossBridge, query: str, field: str) -> None:
    response = bridge.call("GET", f"/voss/usage?{query}")
    assert (response.status, error(response)["Errors"][0]["FieldName"]) == (400, field)
