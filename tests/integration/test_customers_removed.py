"""The function of removed customers, wired as template.yaml wires it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest

from bokabridge.adapters.dynamodb.keys import LOCK, key
from tests.api_gateway import Context
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.dynamodb import USER_SYNC_TABLE
from tests.wired import Handler, wired

RECORD = json.loads(Path("events/customers_removed.json").read_text())["Records"][0]
EXPIRED = {"userIdentity": {"type": "Service", "principalId": "dynamodb.amazonaws.com"}}
THIRD_COMPANY_ID = "99999999-9999-4999-8999-999999999999"


@pytest.fixture
def handler() -> Iterator[Handler]:
    with wired({}) as application:
        yield application.handlers["CustomersRemovedFunction"]


def removed(company_id: str, **members: Any) -> dict[str, Any]:
    keys = {"PK": {"S": f"COMPANY#{company_id}"}, "SK": RECORD["dynamodb"]["Keys"]["SK"]}
    return {**RECORD, **members, "dynamodb": {**RECORD["dynamodb"], "Keys": keys}}


def removals(company_id: str) -> int:
    """How many times the next sync of this company has been told."""
    lock: Any = boto3.resource("dynamodb").Table(USER_SYNC_TABLE).get_item(Key=key(company_id, LOCK)).get("Item", {})
    return int(lock.get("Removals", 0))


def test_each_company_of_a_batch_is_told_once_and_no_other(handler: Handler) -> None:
    records = [removed(COMPANY_ID), removed(OTHER_COMPANY_ID), removed(COMPANY_ID)]
    assert handler({"Records": records}, Context())["Companies"] == 2
    assert [removals(each) for each in (COMPANY_ID, OTHER_COMPANY_ID, THIRD_COMPANY_ID)] == [1, 1, 0]


def test_expired_customer_counts_as_removed(handler: Handler) -> None:
    assert handler({"Records": [removed(COMPANY_ID, **EXPIRED)]}, Context())["Companies"] == 1
    assert removals(COMPANY_ID) == 1


def test_event_without_records_only_reports_the_libraries_of_the_runtime(handler: Handler) -> None:
    response = handler({"Records": []}, Context())
    assert response["Companies"] == 0
    assert response["Libraries"]["boto3"] == boto3.__version__
    assert set(response["Libraries"]) == {"python", "boto3", "botocore", "urllib3"}
