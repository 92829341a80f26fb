"""One table says who may do what: the template and the code have its routes and no others."""

from typing import Any

import pytest

from bokabridge.auth.rules import READERS, RULES, WRITERS
from bokabridge.http.api import Api
from functions.usersync.api import app as usersync_api
from functions.usersync.settings import app as settings_api
from functions.voss.api import app as voss_api
from tests.template import api_events, resources

APIS: list[Api] = [usersync_api.api, settings_api.api, voss_api.api]
"""The operations of every function that serves HTTP."""


def test_the_template_serves_the_rules_routes_and_no_others() -> None:
    assert api_events() == {name: (rule.method, rule.path) for name, rule in RULES.items()}


def test_the_code_serves_the_rules_operations_and_no_others() -> None:
    served = [rule for api in APIS for rule in api.operations]
    assert sorted(served, key=lambda rule: rule.operation) == sorted(RULES.values(), key=lambda rule: rule.operation)


def test_every_function_that_serves_http_is_looked_at() -> None:
    functions = {
        name
        for name, resource in resources().items()
        if any(event["Type"] == "Api" for event in resource.get("Properties", {}).get("Events", {}).values())
    }
    assert len(functions) == len(APIS), functions


def test_no_route_goes_around_the_authorizer() -> None:
    auth = resources()["Api"]["Properties"]["Auth"]
    assert list(auth["Authorizers"]) == [auth["DefaultAuthorizer"]]
    assert set(auth) == {"DefaultAuthorizer", "Authorizers"}
    for resource in resources().values():
        for event in resource.get("Properties", {}).get("Events", {}).values():
            assert "Auth" not in event["Properties"]


def test_api_gateway_keeps_no_decision_that_another_caller_could_get() -> None:
    """A kept one is found by its identity sources. Callers may lack either header, so both cannot be required; by one
    alone, a caller with the same token and a bad key would get what was decided for a good one."""
    (authorizer,) = resources()["Api"]["Properties"]["Auth"]["Authorizers"].values()
    assert authorizer["Identity"] == {"ReauthorizeEvery": 0}


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.operation)
def test_whoever_may_only_read_cannot_change_anything(rule: Any) -> None:
    assert rule.roles == WRITERS or (rule.method == "GET" and rule.roles == READERS)
