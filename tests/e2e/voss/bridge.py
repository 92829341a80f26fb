"""A client of the deployed API for reporting usage, with control over the VOSS simulator."""

from datetime import UTC, datetime, timedelta
from typing import Any

import urllib3

from bokabridge.adapters.dynamodb.usages import DynamoLedger
from bokabridge.voss.timing import Timing
from bokabridge.voss.usage import UsageOrder, new_usage
from local.stack.stack import LocalStack
from tests.data import COMPANY_ID


class VossBridge:
    """A caller of the deployed API, who can also control VOSS and read its bill."""

    def __init__(self, stack: LocalStack) -> None:
        self.stack = stack
        self.tokens = stack.tokens
        self._http = urllib3.PoolManager(num_pools=4, maxsize=100, retries=False, timeout=300)

    def call(
        self, method: str, path: str, *, token: str = "write", key: str | None = None, json: Any = None
    ) -> urllib3.BaseHTTPResponse:
        headers = {"Authorization": f"Bearer {self.tokens[token]}"}
        if key is not None:
            headers["Idempotency-Key"] = key
        return self._http.request(method, self.stack.api_url + path, headers=headers, json=json)

    def use(self, key: str | None = None, token: str = "write", **members: Any) -> urllib3.BaseHTTPResponse:
        usage = {"CompanyId": COMPANY_ID, "ArticleNumber": "KONSULT-TIM", "Quantity": 6, **members}
        return self.call("POST", "/voss/usage", token=token, key=key, json=usage)

    def behave(self, **controls: object) -> None:
        assert self._http.request("PUT", f"{self.stack.voss_url}/_control", json=controls).status == 200

    def reset(self) -> None:
        self._http.request("DELETE", f"{self.stack.voss_url}/_control")

    def voss(self) -> dict[str, Any]:
        return dict(self._http.request("GET", f"{self.stack.voss_url}/_state").json())

    def lines(self, usage_id: str) -> int:
        return [line["key"] for line in self.voss()["usages"]].count(usage_id)

    def usage(self, usage_id: str) -> dict[str, Any]:
        response = self.call("GET", f"/voss/usage/{usage_id}")
        assert response.status == 200, response.data
        return dict(response.json())

    def usage_by_key(self, key: str) -> dict[str, Any]:
        found = self.call("GET", "/voss/usage?Take=1000").json()["Results"]
        (usage,) = [usage for usage in found if usage["IdempotencyKey"] == key]
        return dict(usage)


def error(response: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    return dict(response.json()["ResponseStatus"])


def disputed(bridge: VossBridge, key: str) -> str:
    """A usage that VOSS acknowledged hours ago and does not list, after the reconciler has looked at it."""
    deployment = bridge.stack.deployment
    ledger = DynamoLedger(deployment.client("dynamodb"), deployment.outputs["UsageTableName"])
    at = datetime.now(UTC) - timedelta(hours=1)
    usage = new_usage(COMPANY_ID, key, UsageOrder("KONSULT-TIM", 6), at, Timing())
    assert ledger.reserve(usage) is None
    acknowledged = usage.acknowledged("VOSS responded with 409.", at, at, raw_answer='{"ok":true}', result_json=None)
    assert ledger.change(usage, acknowledged)
    deployment.client("lambda").invoke(FunctionName=deployment.outputs["VossReconcileFunctionName"])
    return usage.id
