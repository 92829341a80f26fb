"""Who may do what, with the stand-in authorizer."""

import uuid

import pytest

from local.companies import COMPANIES
from tests.e2e.client import JOBS, Bridge

ROUTES = [("POST", JOBS), ("GET", JOBS), ("GET", f"{JOBS}/{uuid.uuid4()}"), ("GET", "/customers")]


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    ("token", "status", "code"),
    [(None, 401, "Unauthorized"), ("expired", 401, "Unauthorized"), ("none", 403, "Invalid Role")],
)
def test_nobody_without_a_role_gets_in(
    bridge: Bridge, method: str, path: str, token: str | None, status: int, code: str
) -> None:
    answer = bridge.call(method, path, token=token)
    assert (answer.status, answer.json()["ResponseStatus"]["ErrorCode"]) == (status, code)


def test_a_reader_may_read_and_not_start(bridge: Bridge) -> None:
    assert bridge.call("GET", JOBS, token="read").status == 200
    assert bridge.call("GET", "/customers", token="read").status == 200
    refused = bridge.call("POST", JOBS, token="read")
    assert (refused.status, refused.json()["ResponseStatus"]["ErrorCode"]) == (403, "Invalid Role")


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_another_company_is_forbidden(bridge: Bridge, method: str, path: str) -> None:
    foreign = {"CompanyId": COMPANIES[1].id}
    answer = bridge.call(method, path, token="write", **foreign)
    assert (answer.status, answer.json()["ResponseStatus"]["ErrorCode"]) == (403, "Forbidden")


def test_another_companys_job_is_not_found(bridge: Bridge) -> None:
    company = bridge.new_company(1)
    job = bridge.sync(company)
    assert bridge.call("GET", f"{JOBS}/{job['Id']}", token="write").status == 404
    assert bridge.call("GET", f"{JOBS}/{job['Id']}", token="superadmin", CompanyId=company).status == 200


def test_an_unknown_route_has_the_same_error_body(bridge: Bridge) -> None:
    answer = bridge.call("GET", "/nothing")
    assert (answer.status, answer.json()["ResponseStatus"]["ErrorCode"]) == (404, "NotFound")
