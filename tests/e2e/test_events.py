"""Every event in events/ is one that its function understands: invoked as `sam local invoke` would."""

import json
from typing import Any

import pytest

from local.stack.paths import ROOT
from local.stack.stack import LocalStack

FUNCTIONS = {
    "authorizer": "AuthorizerFunction",
    "usersync_api": "UserSyncApiFunction",
    "usersync_page": "UserSyncPageFunction",
    "usersync_close": "UserSyncCloseFunction",
    "usersync_settings": "UserSyncSettingsFunction",
    "usersync_schedule": "UserSyncScheduleFunction",
    "voss_reconcile": "VossReconcileFunction",
    "voss_usage": "VossApiFunction",
    "voss_products": "VossApiFunction",
}

REFUSED = {"errorType": "Unauthorized", "errorMessage": "Unauthorized"}
"""What API Gateway turns into a 401."""

ANSWERS: dict[str, int | dict[str, Any]] = {
    "authorizer_nobody": REFUSED,
    "authorizer_basic": REFUSED,
    "authorizer_malformed_token": REFUSED,
    "authorizer_unknown_api_key": REFUSED,
    "usersync_api_start": 200,
    "usersync_api_start_bad_company_id": 400,
    "usersync_api_start_foreign_company": 403,
    "usersync_api_start_nobody": 401,
    "usersync_api_jobs": 200,
    "usersync_api_jobs_bad_status": 400,
    "usersync_api_job_unknown": 404,
    "usersync_api_issues_unknown": 404,
    "usersync_api_customers": 200,
    "usersync_settings_get": 200,
    "usersync_settings_add_again": 409,
    "usersync_settings_update": 200,
    "usersync_settings_update_metadata_address": 400,
    "usersync_settings_bad_fields": 400,
    "usersync_settings_test": 200,
    "usersync_schedule": {"Started": True},
    "usersync_schedule_not_configured": {"Started": False},
    "usersync_page_unknown_job": {"errorType": "FatalError"},
    "usersync_close_completed": {"Closed": False},
    "usersync_close_failed": {"Closed": False},
    "usersync_close_broken_run": {"Closed": False},
    "voss_products": 200,
    "voss_products_bad_type": 400,
    "voss_reconcile": {},
    "voss_usage_create": 200,
    "voss_usage_create_bad_key": 400,
    "voss_usage_create_bad_quantity": 400,
    "voss_usage_create_forbidden": 403,
    "voss_usage_create_without_key": 200,
    "voss_usage_get": 404,
    "voss_usage_get_bad_id": 400,
    "voss_usage_query": 200,
    "voss_usage_query_bad_state": 400,
}
"""What each is answered with: an HTTP status, or members of the result."""


def test_every_event_has_an_expected_answer() -> None:
    assert {path.stem for path in (ROOT / "events").glob("*.json")} == set(ANSWERS)


@pytest.mark.parametrize("name", ANSWERS)
def test_an_event_is_answered_as_expected(stack: LocalStack, name: str) -> None:
    (logical_id,) = [function for prefix, function in FUNCTIONS.items() if name.startswith(prefix)]
    cloudformation = stack.deployment.client("cloudformation")
    resource = cloudformation.describe_stack_resource(StackName="bokabridge-local", LogicalResourceId=logical_id)
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    payload = (ROOT / "events" / f"{name}.json").read_bytes()
    answer = json.loads(
        stack.deployment.client("lambda").invoke(FunctionName=function, Payload=payload)["Payload"].read()
    )
    expected = ANSWERS[name]
    if isinstance(expected, int):
        assert answer["statusCode"] == expected
    else:
        assert expected.items() <= answer.items()
        assert ("errorType" in answer) == ("errorType" in expected)
