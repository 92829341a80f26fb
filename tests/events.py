"""The events in events/: the function that each one is for, and the expected response."""

from typing import Any

FUNCTIONS = {
    "authorizer": "AuthorizerFunction",
    "servicestack": "ServiceStackFunction",
    "usersync_api": "UserSyncApiFunction",
    "usersync_page": "UserSyncPageFunction",
    "usersync_close": "UserSyncCloseFunction",
    "usersync_settings": "UserSyncSettingsFunction",
    "usersync_schedule": "UserSyncScheduleFunction",
    "usersync_overdue": "UserSyncOverdueFunction",
    "usersync_notify": "UserSyncNotifyFunction",
    "webhook": "WebhookFunction",
    "customers_removed": "CustomersRemovedFunction",
    "voss_reconcile": "VossReconcileFunction",
    "voss_usage": "VossApiFunction",
    "voss_products": "VossApiFunction",
}

REFUSED = {"errorType": "Unauthorized", "errorMessage": "Unauthorized"}
"""The error that API Gateway turns into a 401."""

EXPECTED_RESPONSES: dict[str, int | dict[str, Any]] = {
    "authorizer_nobody": REFUSED,
    "authorizer_basic": REFUSED,
    "authorizer_malformed_token": REFUSED,
    "authorizer_unknown_api_key": REFUSED,
    "servicestack_metadata": 200,
    "servicestack_nobody": 401,
    "servicestack_preflight": 200,
    "servicestack_unknown_path": 404,
    "servicestack_wrong_method": 405,
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
    "usersync_settings_delete_without_settings": 404,
    "usersync_schedule": {"Started": True},
    "usersync_schedule_not_configured": {"Started": False},
    "usersync_overdue": {},
    "usersync_notify": {"Published": 0},
    "webhook": {"batchItemFailures": []},
    "usersync_page_unknown_job": {"errorType": "FatalError"},
    "usersync_close_completed": {"Closed": False},
    "usersync_close_failed": {"Closed": False},
    "usersync_close_broken_run": {"Closed": False},
    "customers_removed": {"Companies": 1},
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
    "voss_usage_settle_unknown": 404,
    "voss_usage_settle_bad_fields": 400,
    "voss_usage_settle_forbidden": 403,
    "voss_usage_query": 200,
    "voss_usage_query_bad_state": 400,
}
"""An HTTP status, or members of the result, for each event."""


def function_of(name: str) -> str:
    """The logical id of the function that an event is for."""
    (logical_id,) = [function for prefix, function in FUNCTIONS.items() if name.startswith(prefix)]
    return logical_id


def check(name: str, response: dict[str, Any]) -> None:
    """Fail unless this is the expected response to the event."""
    expected = EXPECTED_RESPONSES[name]
    if isinstance(expected, int):
        assert response["statusCode"] == expected
    else:
        assert expected.items() <= response.items()
        assert ("errorType" in response) == ("errorType" in expected)
