"""`sam local start-api`: the whole API in containers, with the embedded stack behind it."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from local.companies import COMPANIES
from local.stack.processes import free_port
from local.stack.stack import LocalStack
from tests.sam_local.containers import SamLocal, our_containers

JOBS = "/codelock/axema/usersync"
COMPLETED = 2
SECONDS = 60


class Caller:
    """Calls with the first company's API key, which may write."""

    def __init__(self, url: str, api_key: str) -> None:
        self._url, self._headers = url, {"x-api-key": api_key}
        self._http = urllib3.PoolManager(timeout=90, retries=False)

    def call(self, method: str, path: str, **options: Any) -> urllib3.BaseHTTPResponse:
        return self._http.request(method, self._url + path, **{"headers": self._headers, **options})


@pytest.fixture(scope="module")
def caller(stack: LocalStack, sam_local: SamLocal) -> Iterator[Caller]:
    with sam_local.api(free_port()) as url:
        assert our_containers()
        yield Caller(url, stack.api_keys["write"])
    assert our_containers() == []


def test_a_sync_is_started_in_a_container_and_followed_to_its_end(caller: Caller) -> None:
    started = caller.call("POST", JOBS)
    assert started.status == 200, started.data
    deadline = time.monotonic() + SECONDS
    while True:
        answer = caller.call("GET", f"{JOBS}/{started.json()['Id']}")
        assert answer.status == 200, answer.data
        job = answer.json()
        if job["Status"] == COMPLETED:
            break
        assert time.monotonic() < deadline, f"still {job}"
        time.sleep(0.5)
    assert job["UsersFound"] == COMPANIES[0].users
    assert caller.call("GET", "/customers?Take=1").json()["Total"] == COMPANIES[0].users


def bill(stack: LocalStack) -> list[Any]:
    usages: list[Any] = urllib3.request("GET", f"{stack.voss_url}/_state").json()["usages"]
    return usages


def test_a_usage_is_billed_once(caller: Caller, stack: LocalStack) -> None:
    usage = {"CompanyId": COMPANIES[0].id, "ArticleNumber": "KONSULT-TIM", "Quantity": 6}
    headers = {"x-api-key": stack.api_keys["write"], "Idempotency-Key": "sam-local"}
    before = bill(stack)
    first, second = (caller.call("POST", "/voss/usage", json=usage, headers=headers) for _ in range(2))
    assert (first.status, second.status, second.data) == (200, 200, first.data)
    assert len(bill(stack)) == len(before) + 1


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", JOBS, 200),
        ("GET", f"{JOBS}?Status=7", 400),
        ("GET", f"{JOBS}/019b0000-0000-7000-8000-000000000001", 404),
        ("GET", f"{JOBS}/019b0000-0000-7000-8000-000000000001/issues", 404),
        ("GET", "/customers", 200),
        ("GET", "/voss/usage", 200),
        ("GET", "/voss/usage/019b0000-0000-7000-8000-000000000001", 404),
        ("GET", "/voss/products", 200),
        ("POST", "/voss/usage", 400),
    ],
)
def test_every_route_is_served(caller: Caller, method: str, path: str, status: int) -> None:
    assert caller.call(method, path).status == status


def test_nobody_gets_in_but_not_with_api_gateways_status(caller: Caller) -> None:
    """The authorizer refuses by an exception that API Gateway makes a 401 of, and `sam local` a 502."""
    assert caller.call("GET", JOBS, headers={}).status == 502
