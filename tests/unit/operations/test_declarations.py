"""The declarations of the operations decide what the template routes, what the functions serve and what README says."""

import re
from typing import Any

import pytest

from bokabridge.http.api import Api
from bokabridge.http.operation import Operation
from bokabridge.operations.index import OPERATIONS
from bokabridge.operations.roles import READERS, SUPERADMINS, WRITERS
from functions.usersync.api import app as usersync_api
from functions.usersync.settings import app as settings_api
from functions.voss.api import app as voss_api
from tests.readme import operations_table, table_in_readme
from tests.template import api_events, functions, resources

APIS: dict[str, Api] = {
    "UserSyncApiFunction": usersync_api.api,
    "UserSyncSettingsFunction": settings_api.api,
    "VossApiFunction": voss_api.api,
}
"""The operations of every function that serves HTTP, by the function's logical id."""


def by_name(operation: Operation[Any, Any]) -> str:
    return operation.name


def test_the_functions_serve_every_declared_operation_once() -> None:
    served = [operation for api in APIS.values() for operation in api.operations]
    assert sorted(served, key=by_name) == sorted(OPERATIONS, key=by_name)


@pytest.mark.parametrize("function", APIS)
def test_the_template_routes_to_a_function_exactly_the_operations_that_it_serves(function: str) -> None:
    served = {operation.name: (operation.method, operation.path) for operation in APIS[function].operations}
    assert api_events(function) == served


def test_no_other_function_has_a_route() -> None:
    assert {name for name in functions() if api_events(name)} == set(APIS)


def test_no_two_operations_share_a_route() -> None:
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == len(OPERATIONS)


def test_readme_lists_the_operations_as_they_are_declared() -> None:
    assert table_in_readme() == operations_table(), f"Write into README.md:\n{operations_table()}"


def test_every_route_uses_the_default_authorizer() -> None:
    auth = resources()["Api"]["Properties"]["Auth"]
    assert list(auth["Authorizers"]) == [auth["DefaultAuthorizer"]]
    assert set(auth) == {"DefaultAuthorizer", "Authorizers"}
    for properties in functions().values():
        for event in properties.get("Events", {}).values():
            assert "Auth" not in event["Properties"]


def test_api_gateway_caches_no_decision_that_another_caller_could_get() -> None:
    """API Gateway would find a cached decision by its identity sources. Callers may omit either header, so both cannot
    be required; with one alone, a caller with the same token and a bad key would get the decision for a good key."""
    (authorizer,) = resources()["Api"]["Properties"]["Auth"]["Authorizers"].values()
    assert authorizer["Identity"] == {"ReauthorizeEvery": 0}


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_name)
def test_readers_may_call_only_operations_that_read(operation: Operation[Any, Any]) -> None:
    reads = operation.method == "GET" and operation.roles == READERS
    assert reads or operation.roles in (WRITERS, SUPERADMINS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_name)
def test_an_operation_has_a_summary_and_a_request_member_for_each_path_parameter(
    operation: Operation[Any, Any],
) -> None:
    members = {field.alias for field in operation.request.model_fields.values()}
    assert operation.summary
    assert set(re.findall(r"{(\w+)}", operation.path)) <= members
