"""The operators' view of the ledger: metrics, and logs without secrets."""

import json
from typing import Any

from local.voss.credentials import CLIENT_SECRET
from tests.e2e.observed import logged
from tests.e2e.voss.bridge import VossBridge
from tests.e2e.waiting import wait_for

VOSS_LOGS = "/voss-"


def test_the_reconciler_publishes_the_unsettled_usages_as_metrics(bridge: VossBridge) -> None:
    deployment = bridge.stack.deployment
    name = deployment.outputs["VossReconcileFunctionName"]
    counts = json.loads(deployment.client("lambda").invoke(FunctionName=name)["Payload"].read())
    assert counts["UsagesUnknownTooLong"] == 0
    assert {"UsagesUnsettled", "UsagesFound", "UsagesResent", "UsagesLeft"} <= set(counts)

    def metrics() -> list[dict[str, Any]]:
        return [json.loads(line) for line in logged(bridge.stack, VOSS_LOGS) if '"_aws"' in line]

    written = wait_for(metrics, 30)
    assert "UsagesUnknownTooLong" in written[-1]


def test_the_logs_contain_neither_tokens_nor_the_secret(bridge: VossBridge, key: str) -> None:
    assert bridge.use(key).status == 200
    lines = logged(bridge.stack, VOSS_LOGS)
    assert lines
    for secret in (CLIENT_SECRET, "demo-token-", *bridge.tokens.values()):
        assert not any(secret in line for line in lines)
