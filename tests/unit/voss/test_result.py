"""CreateSubscriptionProductGroupResult: validation and normalisation of VOSS's response."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from bokabridge.voss.result import CreateSubscriptionProductGroupResult

GUID = "6f0d2c9e-5d0b-5b59-9d3c-0d6f6c1f3a10"


def complete() -> dict[str, Any]:
    """Every member of the contract."""
    return {
        "productGroupType": "Included",
        "status": "Terminated",
        "id": GUID,
        "name": "Timmar åäö",
        "products": [{"id": GUID, "name": "Timme", "externalId": "ext", "articleNumber": "KONSULT-TIM"}],
        "termination": termination(),
        "created": "2026-11-21T18:40:01.1234567+01:00",
        "customerBalanceChange": {
            "items": [
                {
                    "type": "Usage",
                    "id": GUID,
                    "name": "Timme",
                    "productGroupId": GUID,
                    "productGroupName": "Timmar",
                    "quantity": 6,
                    "amount": 0.59,
                    "discountAmount": 0,
                    "totalAmount": 3.54,
                    "invoiceRecipientCustomerId": GUID,
                }
            ],
            "totalAmount": 3.54,
            "totalDiscountAmount": 0.5,
        },
    }


def termination() -> dict[str, Any]:
    return {
        "type": "Immediately",
        "source": "CustomerExpiration",
        "scheduledDate": "2026-12-31T00:00:00",
        "reason": {
            "reasonId": GUID,
            "reasonName": "Moved",
            "reasonExternalId": "m",
            "subReasonId": GUID,
            "subReasonName": "Abroad",
            "subReasonExternalId": "a",
            "comment": "",
        },
        "creditOptions": {"behaviour": "None", "creditKind": "Internal", "prorateTimeAnchor": "2026-12-01T00:00:00Z"},
    }


def round_trip(given: dict[str, Any]) -> Any:
    return json.loads(CreateSubscriptionProductGroupResult.model_validate(given).to_json())


def test_a_complete_result_stays_as_it_is() -> None:
    assert round_trip(complete()) == complete()


def test_optional_members_may_be_absent_and_null_members_are_left_out() -> None:
    given = complete()
    for name in ("products", "termination"):
        given[name] = None
    given["customerBalanceChange"] = {}
    wanted = {name: value for name, value in given.items() if value is not None}
    assert round_trip(given) == wanted


def test_numeric_enums_become_names() -> None:
    given = complete()
    given |= {"productGroupType": 2, "status": 2}
    given["termination"] |= {"type": 3, "source": 3}
    given["customerBalanceChange"]["items"][0]["type"] = 4
    assert round_trip(given) == complete()


@pytest.mark.parametrize("zero", [0, 0.0, None])
def test_a_total_of_zero_is_left_out_as_by_dotnets_emit_default_value(zero: float | None) -> None:
    given = complete()
    given["customerBalanceChange"] |= {"totalAmount": zero, "totalDiscountAmount": zero}
    given["customerBalanceChange"]["items"][0] |= {"totalAmount": zero, "discountAmount": 0}
    change = round_trip(given)["customerBalanceChange"]
    assert set(change) == {"items"}
    assert "totalAmount" not in change["items"][0]
    assert change["items"][0]["discountAmount"] == 0


REQUIRED = ("productGroupType", "status", "id", "name", "created", "customerBalanceChange")


@pytest.mark.parametrize("name", REQUIRED)
def test_a_result_without_a_required_member_is_invalid(name: str) -> None:
    given = complete()
    del given[name]
    with pytest.raises(ValidationError):
        round_trip(given)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("status", "Paused"),
        ("status", 0),
        ("status", True),
        ("id", "not a guid"),
        ("created", "yesterday"),
        ("name", 7),
        ("products", [{}]),
        ("customerBalanceChange", {"totalAmount": "3.54"}),
        ("customerBalanceChange", {"totalAmount": float("nan")}),
    ],
)
def test_a_member_of_another_type_is_invalid(name: str, value: object) -> None:
    with pytest.raises(ValidationError):
        round_trip({**complete(), name: value})
