"""VOSS usage on the local stack: the deployed template, real HTTP, and a VOSS that bills every POST that it takes."""

import json
import os
import signal
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import urllib3
from rich.console import Console

from bokabridge.adapters.dynamodb.usages import DynamoProductCopies
from bokabridge.voss.product import Product, ProductCopy, ProductType
from local.companies import COMPANIES
from local.demo_voss import show_voss
from local.stack.stack import LocalStack
from local.voss.credentials import CLIENT_SECRET

OWN, OTHER = COMPANIES[0].id, COMPANIES[1].id
SETTLED_WITHIN = 180.0
"""Seconds: what the issue allows."""


class Bridge:
    """A caller of the deployed API, who can also steer VOSS and look at its bill."""

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
        usage = {"CompanyId": OWN, "ArticleNumber": "KONSULT-TIM", "Quantity": 6, **members}
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
        answer = self.call("GET", f"/voss/usage/{usage_id}")
        assert answer.status == 200, answer.data
        return dict(answer.json())

    def usage_by_key(self, key: str) -> dict[str, Any]:
        found = self.call("GET", "/voss/usage?Take=1000").json()["Results"]
        (usage,) = [usage for usage in found if usage["IdempotencyKey"] == key]
        return dict(usage)


@pytest.fixture(scope="session")
def shared_bridge(stack: LocalStack) -> Bridge:
    return Bridge(stack)


@pytest.fixture
def bridge(shared_bridge: Bridge) -> Iterator[Bridge]:
    yield shared_bridge
    shared_bridge.reset()


@pytest.fixture
def key() -> str:
    return f"e2e-{uuid.uuid4()}"


def error(answer: urllib3.BaseHTTPResponse) -> dict[str, Any]:
    return dict(answer.json()["ResponseStatus"])


def wait_for[Result](look: Callable[[], Result | None], seconds: float) -> Result:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"Nothing after {seconds} seconds.")


# One usage, and the same again.


def test_a_usage_is_answered_with_voss_whole_answer_and_is_on_the_bill_once(bridge: Bridge, key: str) -> None:
    answer = bridge.use(key)
    assert answer.status == 200, answer.data
    assert list(answer.json()) == [
        "productGroupType",
        "status",
        "id",
        "name",
        "products",
        "created",
        "customerBalanceChange",
    ]
    assert answer.json()["customerBalanceChange"]["totalAmount"] == 7500.0
    usage = bridge.usage_by_key(key)
    assert (usage["State"], usage["Attempts"], usage["Answer"]) == ("Sent", 1, answer.json())
    assert bridge.lines(usage["Id"]) == 1


def test_the_same_key_gives_the_same_answer_and_says_so(bridge: Bridge, key: str) -> None:
    first, second = bridge.use(key), bridge.use(key)
    assert (first.status, second.status, second.data) == (200, 200, first.data)
    assert "Idempotency-Replayed" not in first.headers
    assert second.headers["Idempotency-Replayed"] == "true"
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


def test_the_same_key_for_another_usage_is_refused(bridge: Bridge, key: str) -> None:
    bridge.use(key)
    answer = bridge.use(key, Quantity=7)
    assert (answer.status, error(answer)["ErrorCode"]) == (422, "IdempotencyKeyReused")


def test_a_key_that_was_made_for_the_caller_can_be_used_to_repeat(bridge: Bridge) -> None:
    first = bridge.use()
    second = bridge.use(first.headers["Idempotency-Key"])
    assert (second.data, second.headers["Idempotency-Replayed"]) == (first.data, "true")


def test_a_hundred_requests_with_one_key_are_one_line(bridge: Bridge, key: str) -> None:
    bridge.behave(latencyMs=3000)  # so that the others come while the first is under way
    with ThreadPoolExecutor(100) as callers:
        answers = list(callers.map(lambda _: bridge.use(key), range(100)))
    statuses = [answer.status for answer in answers]
    assert set(statuses) <= {200, 409}, [answer.data for answer in answers if answer.status not in (200, 409)]
    assert len({answer.data for answer in answers if answer.status == 200}) == 1
    assert all(int(answer.headers["Retry-After"]) > 0 for answer in answers if answer.status == 409)
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


# What VOSS may do, and what a caller is told.


def test_a_refusal_has_voss_reason_and_is_told_again(bridge: Bridge, key: str) -> None:
    for status, told in ((422, 422), (404, 404), (400, 400), (410, 422)):
        bridge.behave(mode="reject", rejectStatus=status)
        answer = bridge.use(f"{key}-{status}")
        assert (answer.status, error(answer)["Message"]) == (told, "The subscription is closed.")
    bridge.reset()
    again = bridge.use(f"{key}-404")
    assert (again.status, again.headers["Idempotency-Replayed"]) == (404, "true")


def test_a_throttled_usage_is_not_sent_and_can_be_sent_with_the_same_key(bridge: Bridge, key: str) -> None:
    bridge.behave(mode="throttle")
    answer = bridge.use(key)
    assert (answer.status, answer.headers["Idempotency-Key"]) == (503, key)
    assert bridge.usage_by_key(key)["State"] == "Pending"
    bridge.reset()
    assert bridge.use(key).status == 200
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


def test_a_usage_that_voss_says_it_has_is_a_success(bridge: Bridge, key: str) -> None:
    bridge.behave(mode="duplicate")
    answer = bridge.use(key)
    assert (answer.status, answer.json()["productGroupType"]) == (200, "Optional")
    assert bridge.lines(bridge.usage_by_key(key)["Id"]) == 1


def test_what_nobody_knows_is_told_as_such_and_settled_by_itself_to_one_line(bridge: Bridge, key: str) -> None:
    """The slow part: the reconciler comes every minute, and looks at what was claimed a minute ago."""
    unknown = {}
    for mode in ("error500", "acceptThen500", "acceptThenDrop", "unreadable", "slow"):
        bridge.behave(mode=mode)
        answer = bridge.use(f"{key}-{mode}")
        assert (answer.status, error(answer)["ErrorCode"]) == (504, "OutcomeUnknown"), mode
        unknown[mode] = error(answer)["Meta"]["UsageId"]
        assert bridge.usage(unknown[mode])["State"] == "Unknown"
        repeat = bridge.use(f"{key}-{mode}")
        assert (repeat.status, error(repeat)["Meta"]["UsageId"]) == (504, unknown[mode])
    bridge.reset()
    unknown["killed"] = _kill_between_send_and_save(bridge, f"{key}-killed")
    began = time.monotonic()

    def all_settled() -> bool:
        return all(bridge.usage(usage_id)["State"] == "Sent" for usage_id in unknown.values())

    wait_for(all_settled, SETTLED_WITHIN)
    print(f"settled {time.monotonic() - began:.0f} s after VOSS answered again: {', '.join(unknown)}")
    for mode, usage_id in unknown.items():
        assert bridge.lines(usage_id) == 1, mode
        again = bridge.use(f"{key}-{mode}")
        assert (again.status, again.json()) == (200, bridge.usage(usage_id)["Answer"])
    assert bridge.usage(unknown["error500"])["Attempts"] == 2
    assert bridge.usage(unknown["acceptThenDrop"])["Attempts"] == 1


def _kill_between_send_and_save(bridge: Bridge, key: str) -> str:
    """Kills the function while VOSS is working on its POST, and waits until VOSS has taken the usage."""
    bridge.behave(latencyMs=3000)
    posts = bridge.voss()["posts"]
    with ThreadPoolExecutor(1) as caller:
        answer = caller.submit(bridge.use, key)
        wait_for(lambda: bridge.voss()["posts"] > posts, 30)
        pids = _function_processes(bridge.stack)
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert pids
        with suppress(urllib3.exceptions.HTTPError):
            assert answer.result().status >= 500
    bridge.reset()
    usage_id = str(bridge.usage_by_key(key)["Id"])
    assert bridge.usage(usage_id)["State"] == "Sending"
    wait_for(lambda: bridge.lines(usage_id), 30)
    return usage_id


def _function_processes(stack: LocalStack) -> list[int]:
    """The processes in which this stack runs VossApiFunction."""
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdecimal():
                environment = (process / "environ").read_bytes().split(b"\0")
                is_ours = f"AWS_ENDPOINT_URL={stack.deployment.aws_url}".encode() in environment
                if is_ours and any(b"VossApi" in entry for entry in environment if b"FUNCTION_NAME" in entry):
                    found.append(int(process.name))
    return found


# What is not a usage, and who may not report one.


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
def test_each_violation_is_a_400_that_names_its_field(bridge: Bridge, members: dict[str, Any], field: str) -> None:
    before = bridge.voss()["posts"]
    answer = bridge.use(**members)
    assert answer.status == 400
    assert [detail["FieldName"] for detail in error(answer)["Errors"]] == [field]
    assert bridge.voss()["posts"] == before


@pytest.mark.parametrize("key", ["", "x" * 201, "tab\tkey"])
def test_a_key_that_is_none_is_a_400(bridge: Bridge, key: str) -> None:
    assert bridge.use(key).status == 400


def test_only_writers_report_usage_and_only_their_own_company(bridge: Bridge, key: str) -> None:
    assert bridge.use(key, token="read").status == 403
    assert bridge.use(key, token="none").status == 403
    assert bridge.use(key, token="expired").status == 401
    assert bridge.use(key, token="otherCompany").status == 403
    assert bridge.use(key, token="superadmin", CompanyId=OTHER).status == 200
    assert bridge.use(key).status == 200, "the same key is another company's"


def test_another_companys_usage_is_not_found(bridge: Bridge, key: str) -> None:
    bridge.use(key)
    usage_id = bridge.usage_by_key(key)["Id"]
    assert bridge.call("GET", f"/voss/usage/{usage_id}", token="otherCompany").status == 404
    assert bridge.call("GET", f"/voss/usage/{uuid.uuid4()}").status == 404
    assert bridge.call("GET", "/voss/usage/none").status == 400


# Reading.


def test_the_ledger_is_listed_by_state_and_period_in_windows(bridge: Bridge, key: str) -> None:
    for number in range(3):
        bridge.use(f"{key}-{number}")
    middle = bridge.usage_by_key(f"{key}-1")
    since = f"/voss/usage?state=sent&from={middle['CreatedDate']}"
    found = bridge.call("GET", since).json()
    assert [usage["IdempotencyKey"] for usage in found["Results"]] == [f"{key}-2", f"{key}-1"]
    assert (found["Offset"], found["Total"]) == (0, 2)
    window = bridge.call("GET", f"{since}&skip=1&take=1").json()
    assert (window["Offset"], window["Total"]) == (1, 2)
    assert [usage["Id"] for usage in window["Results"]] == [middle["Id"]]
    assert bridge.call("GET", "/voss/usage?From=2020-01-01&To=2020-02-01").json()["Results"] == []


@pytest.mark.parametrize(
    ("query", "field"), [("State=Lost", "State"), ("From=soon", "From"), ("Take=1001", "Take"), ("Skip=-1", "Skip")]
)
def test_a_question_that_cannot_be_answered_names_its_field(bridge: Bridge, query: str, field: str) -> None:
    answer = bridge.call("GET", f"/voss/usage?{query}")
    assert (answer.status, error(answer)["Errors"][0]["FieldName"]) == (400, field)


def test_products_are_a_bare_array_by_type(bridge: Bridge) -> None:
    answer = bridge.call("GET", "/voss/products?ProductType=Usage")
    assert answer.status == 200
    assert {"Name": "Konsulttimme", "ArticleNumber": "KONSULT-TIM"} in answer.json()
    assert len(bridge.call("GET", "/voss/products").json()) > len(answer.json())
    assert bridge.call("GET", "/voss/products?ProductType=Best").status == 400


def test_an_old_copy_of_the_products_is_served_when_voss_is_down_and_says_so(bridge: Bridge) -> None:
    deployment = bridge.stack.deployment
    copies = DynamoProductCopies(deployment.client("dynamodb"), deployment.outputs["UsageTableName"])
    old = datetime.now(UTC) - timedelta(days=1)
    copies.save(ProductType.Main, ProductCopy([Product("Old", "OLD-1")], old))
    bridge.behave(mode="error500")
    answer = bridge.call("GET", "/voss/products?ProductType=Main")
    assert (answer.status, answer.json()) == (200, [{"Name": "Old", "ArticleNumber": "OLD-1"}])
    assert (answer.headers["X-Stale"], int(answer.headers["Age"]) >= 86400) == ("true", True)
    bridge.reset()
    fresh = bridge.call("GET", "/voss/products?ProductType=Main")
    assert "X-Stale" not in fresh.headers
    assert {"Name": "Bokningssystem Bas", "ArticleNumber": "BOKA-BAS"} in fresh.json()


# Being looked after.


def test_the_reconciler_counts_what_is_unsettled_as_metrics(bridge: Bridge) -> None:
    deployment = bridge.stack.deployment
    name = deployment.outputs["VossReconcileFunctionName"]
    counts = json.loads(deployment.client("lambda").invoke(FunctionName=name)["Payload"].read())
    assert counts["UsagesUnknownTooLong"] == 0
    assert {"UsagesUnsettled", "UsagesFound", "UsagesResent", "UsagesLeft"} <= set(counts)

    def metrics() -> list[dict[str, Any]]:
        return [json.loads(line) for line in _log_lines(deployment) if '"_aws"' in line]

    written = wait_for(metrics, 30)
    assert "UsagesUnknownTooLong" in written[-1]


def test_no_log_holds_a_token_or_the_secret(bridge: Bridge, key: str) -> None:
    assert bridge.use(key).status == 200
    lines = _log_lines(bridge.stack.deployment)
    assert lines
    for secret in (CLIENT_SECRET, "demo-token-", *bridge.tokens.values()):
        assert not any(secret in line for line in lines)


def _log_lines(deployment: Any) -> list[str]:
    logs = deployment.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"] if "/voss-" in str(group)]
    return [
        event["message"]
        for group in groups
        for page in logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        for event in page["events"]
    ]


def test_the_demo_shows_one_line(bridge: Bridge) -> None:
    console = Console(record=True, width=120)
    show_voss(bridge.stack.describe(), console)
    assert "one line" in console.export_text()
