"""Usages about which VOSS contradicts itself, on the deployed stack, and their settlement by a person."""

from typing import Any

import pytest

from tests.data import COMPANY_ID
from tests.e2e.voss.bridge import VossBridge, disputed, error

NOTE = "Line 4711 of November's invoice."


def settle(bridge: VossBridge, usage_id: str, token: str = "superadmin", **members: Any) -> Any:
    body = {"CompanyId": COMPANY_ID, "Outcome": "Billed", "Note": NOTE, **members}
    return bridge.call("POST", f"/voss/usage/{usage_id}/settle", token=token, json=body)


def test_a_disputed_usage_is_listed_and_its_caller_gets_a_409_of_its_own(bridge: VossBridge, key: str) -> None:
    usage_id = disputed(bridge, key)
    usage = bridge.usage(usage_id)
    assert (usage["State"], usage["RawAnswer"]) == ("Disputed", '{"ok":true}')
    assert "VOSS responded with 409." in usage["Reason"]
    listed = bridge.call("GET", "/voss/usage?State=Disputed&Take=1000").json()["Results"]
    assert usage_id in {each["Id"] for each in listed}
    response = bridge.use(key)
    assert (response.status, error(response)["ErrorCode"]) == (409, "Disputed")
    assert error(response)["Meta"]["UsageId"] == usage_id
    assert bridge.lines(usage_id) == 0


def test_a_superadmin_settles_a_disputed_usage_as_billed(bridge: VossBridge, key: str) -> None:
    usage_id = disputed(bridge, key)
    assert settle(bridge, usage_id, token="write").status == 403
    response = settle(bridge, usage_id)
    assert response.status == 200, response.data
    settlement = response.json()["Settlement"]
    assert (settlement["Outcome"], settlement["Note"]) == ("Billed", NOTE)
    assert settlement["By"]
    assert bridge.usage(usage_id) == response.json()
    assert settle(bridge, usage_id).json() == response.json()
    assert settle(bridge, usage_id, Outcome="NotBilled").status == 409
    again = bridge.use(key)
    assert (again.status, again.json(), again.headers["X-Usage-Id"]) == (200, {}, usage_id)
    assert bridge.lines(usage_id) == 0


def test_a_usage_that_is_settled_as_not_billed_is_refused_to_its_caller(bridge: VossBridge, key: str) -> None:
    usage_id = disputed(bridge, key)
    assert settle(bridge, usage_id, Outcome="notbilled").json()["State"] == "Rejected"
    response = bridge.use(key)
    assert (response.status, error(response)["ErrorCode"]) == (422, "NotBilled")
    assert bridge.lines(usage_id) == 0


def test_a_usage_that_is_not_disputed_cannot_be_settled(bridge: VossBridge, key: str) -> None:
    bridge.use(key)
    usage = bridge.usage_by_key(key)
    response = settle(bridge, usage["Id"])
    assert (response.status, error(response)["ErrorCode"]) == (409, "Conflict")
    assert bridge.usage(usage["Id"]) == usage


@pytest.mark.parametrize(
    ("members", "field"),
    [
        ({"Outcome": None}, "Outcome"),
        ({"Outcome": ""}, "Outcome"),
        ({"Outcome": "Maybe"}, "Outcome"),
        ({"Outcome": 1}, "Outcome"),
        ({"Outcome": ["Billed"]}, "Outcome"),
        ({"Note": None}, "Note"),
        ({"Note": "  "}, "Note"),
        ({"Note": "x" * 501}, "Note"),
    ],
)
def test_an_invalid_decision_is_a_400_naming_its_field(
    bridge: VossBridge, key: str, members: dict[str, Any], field: str
) -> None:
    response = settle(bridge, "019ab000-0000-7000-8000-000000000001", **members)
    assert response.status == 400, response.data
    assert [detail["FieldName"] for detail in error(response)["Errors"]] == [field]


@pytest.mark.parametrize("mode", ["namesUs", "huge"])
def test_a_usage_that_voss_took_is_a_success_whatever_the_answer_looks_like(
    bridge: VossBridge, key: str, mode: str
) -> None:
    bridge.behave(mode=mode)
    first, second = bridge.use(key), bridge.use(key)
    assert (first.status, second.status, first.data) == (200, 200, second.data)
    usage = bridge.usage(first.headers["X-Usage-Id"])
    assert usage["State"] == "Sent"
    assert "RawAnswer" in usage if mode == "namesUs" else "shortened" in usage["Reason"]
    assert len(first.data) <= 64 * 1024
    assert bridge.lines(usage["Id"]) == 1


def test_a_proxys_page_is_not_a_refusal_of_voss(bridge: VossBridge, key: str) -> None:
    for status in (400, 403, 404, 413, 422):
        bridge.behave(mode="html", rejectStatus=status)
        response = bridge.use(f"{key}-{status}")
        assert (response.status, error(response)["ErrorCode"]) == (504, "OutcomeUnknown"), status
        assert bridge.usage(error(response)["Meta"]["UsageId"])["State"] == "Unknown"
