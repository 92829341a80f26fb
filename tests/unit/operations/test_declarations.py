"""The declarations of operations agree with the template's routes, the functions' handlers and README's table."""

import json
import re
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from bokabridge.http.api import Api
from bokabridge.http.operation import Operation
from bokabridge.http.router import Served
from bokabridge.operations.index import OPERATIONS
from bokabridge.operations.roles import READERS, SUPERADMINS, WRITERS
from bokabridge.operations.served import SERVED
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

ROUTER = "ServiceStackFunction"
"""The function with all other routes. It asks the authorizer by itself."""


def by_name(operation: Operation[Any, Any]) -> str:
    return operation.name


def test_functions_serve_each_declared_operation_once() -> None:
    served = [operation for api in APIS.values() for operation in api.operations]
    assert sorted(served, key=by_name) == sorted(OPERATIONS, key=by_name)


@pytest.mark.parametrize("function", APIS)
def test_template_routes_exactly_the_served_operations_to_each_function(function: str) -> None:
    served = {operation.name: (operation.method, operation.path) for operation in APIS[function].operations}
    assert api_events(function) == served


def test_no_other_function_but_the_router_has_a_route() -> None:
    assert {name for name in functions() if api_events(name)} == {*APIS, ROUTER}


def test_router_gets_every_method_of_every_path() -> None:
    paths = {operation.path for operation in OPERATIONS}
    assert sorted(api_events(ROUTER).values()) == sorted(("ANY", path) for path in {"/", "/{proxy+}", *paths})


def returned(response: type[BaseModel]) -> str:
    """The response in C#."""
    (item,) = get_args(response.model_fields["root"].annotation) if "root" in response.model_fields else (None,)
    return f"List<{item.__name__}>" if item else response.__name__


def test_router_knows_the_declared_operations_and_their_functions() -> None:
    variables = {json.dumps(value): name for name, value in functions()[ROUTER]["Environment"]["Variables"].items()}
    expected = tuple(
        Served(
            each.name,
            each.method,
            each.path,
            variables[json.dumps({"Ref": f"{function}.Alias"})],
            returned(each.response),
        )
        for each in OPERATIONS
        for function, api in APIS.items()
        if each in api.operations
    )
    assert expected == SERVED, "served.py is out of date. It must have:\n" + "\n".join(map(repr, expected))


def test_router_may_invoke_these_functions_and_the_authorizer_only() -> None:
    (policy,) = resources()["ServiceStackRole"]["Properties"]["Policies"]
    logs, invoke = policy["PolicyDocument"]["Statement"]
    assert invoke["Action"] == "lambda:InvokeFunction"
    assert invoke["Resource"] == [{"Ref": f"{name}.Alias"} for name in ("AuthorizerFunction", *APIS)]
    assert logs["Resource"] == {"Fn::GetAtt": ["ServiceStackLogs", "Arn"]}


def test_each_operation_has_its_own_route() -> None:
    assert len({(operation.method, operation.path) for operation in OPERATIONS}) == len(OPERATIONS)


def test_readme_lists_the_declared_operations() -> None:
    assert table_in_readme() == operations_table(), (
        f"README.md is out of date. Its table must be:\n{operations_table()}"
    )


def test_every_route_of_an_operations_function_uses_the_default_authorizer() -> None:
    auth = resources()["Api"]["Properties"]["Auth"]
    assert list(auth["Authorizers"]) == [auth["DefaultAuthorizer"]]
    assert set(auth) == {"DefaultAuthorizer", "Authorizers"}
    for name, properties in functions().items():
        for event in properties.get("Events", {}).values():
            expected = {"Authorizer": "NONE"} if name == ROUTER else None
            assert event["Properties"].get("Auth") == expected


def test_api_gateway_caches_no_authorizer_result() -> None:
    """The identity sources would be the cache key. Callers may omit either header, so the key cannot require both. With
    one header as the key, a caller with the same token and a bad API key would get the result for a good API key."""
    (authorizer,) = resources()["Api"]["Properties"]["Auth"]["Authorizers"].values()
    assert authorizer["Identity"] == {"ReauthorizeEvery": 0}


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_name)
def test_readers_may_call_only_get_operations(operation: Operation[Any, Any]) -> None:
    reads = operation.method == "GET" and operation.roles == READERS
    assert reads or operation.roles in (WRITERS, SUPERADMINS)


@pytest.mark.parametrize("operation", OPERATIONS, ids=by_name)
def test_operation_has_a_summary_and_a_request_member_for_each_path_parameter(
    operation: Operation[Any, Any],
) -> None:
    members = {field.alias for field in operation.request.model_fields.values()}
    assert operation.summary
    assert set(re.findall(r"{(\w+)}", operation.path)) <= members
