"""Invalid usages: a 400, without a request to VOSS."""

from typing import Any

import pytest

from tests.e2e.voss.bridge import VossBridge, error


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"CompanyId": None}, "CompanyId"),
        ({"CompanyId": "00000000-0000-0000-0000-000000000000"}, "CompanyId"),
        ({"CompanyId": "Brf"}, "CompanyId"),
        ({"ArticleNumber": None}, "ArticleNumber"),
        ({"ArticleNumber": "  "}, "ArticleNumber"),
        ({"ArticleNumber": "x" * 101}, "ArticleNumber"),
        ({"Quantity": None}, "Quantity"),
        ({"Quantity": 0}, "Quantity"),
        ({"Quantity": -1}, "Quantity"),
        ({"Quantity": 1.5}, "Quantity"),
        ({"Quantity": True}, "Quantity"),
        ({"Quantity": "six"}, "Quantity"),
        ({"Quantity": 2**31}, "Quantity"),
    ],
)
def test_an_invalid_usage_is_a_400_naming_its_field(bridge: VossBridge, members: dict[str, Any], field: str) -> None:
    before = bridge.voss()["posts"]
    response = bridge.use(**members)
    assert response.status == 400
    assert [detail["FieldName"] for detail in error(response)["Errors"]] == [field]
    assert bridge.voss()["posts"] == before


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\tkey"])
def test_an_invalid_key_is_a_400(bridge: VossBridge, key: str) -> None:
    assert bridge.use(key).status == 400
