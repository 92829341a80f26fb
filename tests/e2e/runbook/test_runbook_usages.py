"""docs/runbook.md: faults of VOSS, put into the local stack, and the page's commands against them."""

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder, new_usage
from local.stack.stack import LocalStack
from local.voss.credentials import CLIENT_ID, CLIENT_SECRET
from tests.data import COMPANY_ID
from tests.e2e.runbook.on_call import OnCall
from tests.e2e.voss.bridge import VossBridge, disputed, error
from tests.e2e.waiting import wait_for

VOSS_SECRET = "bokabridge/dev/voss"


@pytest.fixture
def voss(stack: LocalStack) -> Iterator[VossBridge]:
    bridge = VossBridge(stack)
    yield bridge
    bridge.reset()


@pytest.fixture
def key() -> str:
    return f"runbook-{uuid.uuid4()}"


def reconcile(voss: VossBridge) -> None:
    deployment = voss.stack.deployment
    deployment.client("lambda").invoke(FunctionName=deployment.outputs["VossReconcileFunctionName"])


def test_voss_unknown_until_voss_answers_read_backs_again(engineer: OnCall, voss: VossBridge, key: str) -> None:
    """The ledger gets a usage of 20 minutes ago, for which the test would else have to wait."""
    deployment = voss.stack.deployment
    ledger = DynamoLedger(deployment.client("dynamodb"), deployment.outputs["UsageTableName"])
    usage = new_usage(
        COMPANY_ID, key, UsageOrder("KONSULT-TIM", 6), datetime.now(UTC) - timedelta(minutes=20), Timing()
    )
    assert ledger.reserve(usage) is None
    voss.behave(mode="error500", readBack="error500")
    reconcile(voss)
    assert voss.usage(usage.id)["State"] == "Unknown"
    engineer.knows(COMPANY=COMPANY_ID, USAGE=usage.id)
    assert usage.id in engineer.look("VOSS unknown")
    voss.reset()
    wait_for(lambda: voss.usage(usage.id)["State"] == "Sent", 180)
    engineer.do("VOSS unknown")
    assert voss.lines(usage.id) == 1


def test_voss_disputed_until_a_person_settles_the_usage(engineer: OnCall, voss: VossBridge, key: str) -> None:
    usage_id = disputed(voss, key)
    engineer.knows(COMPANY=COMPANY_ID, USAGE=usage_id)
    assert usage_id in engineer.look("VOSS disputed")
    engineer.do("VOSS disputed")
    assert voss.usage(usage_id)["Settlement"]["Outcome"] == "Billed"
    assert voss.use(key).status == 200


def test_every_usage_503_until_the_secret_is_right(engineer: OnCall, voss: VossBridge, key: str) -> None:
    secrets = voss.stack.deployment.client("secretsmanager")
    right = json.dumps({"ClientId": CLIENT_ID, "ClientSecret": CLIENT_SECRET})
    secrets.put_secret_value(SecretId=VOSS_SECRET, SecretString=right.replace(CLIENT_SECRET, "wrong"))
    voss.behave(expireTokens=True)
    try:
        refused = voss.use(key)
        assert (refused.status, error(refused)["ErrorCode"]) == (503, "ServiceUnavailable")
        engineer.knows(COMPANY=COMPANY_ID)
        engineer.look("Every usage 503")
        (engineer.folder / "voss.json").write_text(right)
        engineer.do("Every usage 503")
        assert voss.use(key).status == 200
    finally:
        secrets.put_secret_value(SecretId=VOSS_SECRET, SecretString=right)
    assert voss.lines(voss.usage_by_key(key)["Id"]) == 1
