"""CodeDeploy's hook before traffic: calls the new versions with events of events/ before any caller gets to them.

The events change nothing, and need no data: most are refused, and some look for a record that nobody has.
"""

import json
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.http.router import Functions, InvocationFailed
from bokabridge.logs import logger
from bokabridge.wiring.pretraffic import deployments, functions, new_versions

CHECKS: dict[str, tuple[tuple[str, int | str], ...]] = {
    "NEW_AUTHORIZER": (
        ("authorizer_nobody", "Unauthorized"),
        ("authorizer_malformed_token", "Unauthorized"),
        ("authorizer_unknown_api_key", "Unauthorized"),
    ),
    "NEW_SERVICESTACK": (
        ("servicestack_metadata", 200),
        ("servicestack_preflight", 200),
        ("servicestack_unknown_path", 404),
        ("servicestack_wrong_method", 405),
    ),
    "NEW_USER_SYNC_API": (
        ("usersync_api_start_nobody", 401),
        ("usersync_api_start_bad_company_id", 400),
        ("usersync_api_job_unknown", 404),
    ),
    "NEW_USER_SYNC_SETTINGS": (("usersync_settings_bad_fields", 400),),
    "NEW_VOSS_API": (
        ("voss_usage_get", 404),
        ("voss_usage_create_bad_quantity", 400),
        ("voss_usage_create_forbidden", 403),
        ("voss_products_bad_type", 400),
    ),
}
"""The variable with a new version → the events for it, each with the status of the response or the error's message."""

EVENTS = Path(__file__).parent / "events"


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, list[str]]:
    """{DeploymentId, LifecycleEventHookExecutionId} → {Failed}, the events with another outcome than expected.

    CodeDeploy learns the result, and rolls back if an event is in the list.
    """
    logger().append_keys(request_id=context.aws_request_id, deployment_id=event["DeploymentId"])
    failed = [
        f"{variable}: {name}: {outcome}, not {expected}"
        for variable in new_versions(CHECKS)
        for name, expected in CHECKS[variable]
        if (outcome := outcome_of(functions(), variable, name)) != expected
    ]
    deployments().report(event["DeploymentId"], event["LifecycleEventHookExecutionId"], is_good=not failed)
    logger().info("new versions checked", failed=failed)
    return {"Failed": failed}


def outcome_of(called: Functions, variable: str, name: str) -> int | str:
    """The status of the response to an event, or the message of the function's error, or the name of ours."""
    try:
        response = called.invoke(variable, json.loads((EVENTS / f"{name}.json").read_text()))
        return int(response["statusCode"])
    except InvocationFailed as error:
        return str(error)
    except Exception as error:  # noqa: BLE001 (CodeDeploy waits for an hour if it hears nothing)
        logger().exception("a new version could not be called")
        return type(error).__name__
