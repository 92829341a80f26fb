"""What is not a usage: a 400, and VOSS is not called."""

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
def test_each_violation_is_a_400_that_names_its_field(bridge: VossBridge, members: dict[str, Any], field: str) -> None:
    before = bridge.voss()["posts"]
    answer = bridge.use(**members)
    assert answer.status == 400
    assert [detail["FieldName"] for detail in error(answer)["Errors"]] == [field]
    assert bridge.voss()["posts"] == before


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\tkey"])
def test_a_key_that_is_none_is_a_400(bridge: VossBridge, key: str) -> None:
    assert bridge.use(key).status == 400
