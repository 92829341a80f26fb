"""The HTTP operations of the companies' Axema settings, and of the health of their syncs."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.clock import utc_now
from bokabridge.http.api import Api, Call, Success
from bokabridge.logs import logger
from bokabridge.operations.health import (
    GET_AXEMA_HEALTH,
    QUERY_AXEMA_HEALTH,
    AxemaHealthResponse,
    GetAxemaHealth,
    QueryAxemaHealth,
    QueryAxemaHealthResponse,
    health_response,
)
from bokabridge.operations.settings import (
    ADD_AXEMA_CODE_LOCK_SETTING,
    DELETE_AXEMA_CODE_LOCK_SETTING,
    GET_AXEMA_CODE_LOCK_SETTING,
    TEST_AXEMA_CODE_LOCK_SETTING,
    UPDATE_AXEMA_CODE_LOCK_SETTING,
    AddAxemaCodeLockSetting,
    CodeLockAxemaSettingResponse,
    DeleteAxemaCodeLockSetting,
    DeleteAxemaCodeLockSettingResponse,
    GetAxemaCodeLockSetting,
    TestAxemaCodeLockSetting,
    TestAxemaCodeLockSettingResponse,
    UpdateAxemaCodeLockSetting,
    settings_response,
    trial_response,
)
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.save import SettingsService
from bokabridge.wiring.axema import systems
from bokabridge.wiring.environment import cors_origins, public_url
from bokabridge.wiring.settings import allows_private_endpoints, default_schedule, scheduler, secrets, settings, trials
from bokabridge.wiring.usersync import jobs

api = Api(public_url, origins=cors_origins)


@cache
def service() -> SettingsService:
    """The use cases of the settings, built from what the environment names."""
    return SettingsService(
        settings=settings(),
        secrets=secrets(),
        scheduler=scheduler(),
        clock=utc_now,
        default_schedule=default_schedule(),
        allows_private=allows_private_endpoints(),
        report=report,
    )


def report(what_failed: str, error: Exception) -> None:
    """Logs a write that failed after the outcome of its request was decided. The next save or removal repeats it."""
    logger().warning(what_failed, error=type(error).__name__)


@api.operation(GET_AXEMA_CODE_LOCK_SETTING)
def get_axema_code_lock_setting(call: Call[GetAxemaCodeLockSetting]) -> Success[CodeLockAxemaSettingResponse]:
    return shown(service().get(call.company_id))


@api.operation(ADD_AXEMA_CODE_LOCK_SETTING)
def add_axema_code_lock_setting(call: Call[AddAxemaCodeLockSetting]) -> Success[CodeLockAxemaSettingResponse]:
    return shown(service().create(call.company_id, call.request.change()))


@api.operation(UPDATE_AXEMA_CODE_LOCK_SETTING)
def update_axema_code_lock_setting(call: Call[UpdateAxemaCodeLockSetting]) -> Success[CodeLockAxemaSettingResponse]:
    return shown(service().update(call.company_id, call.request.change()))


@api.operation(TEST_AXEMA_CODE_LOCK_SETTING)
def test_axema_code_lock_setting(call: Call[TestAxemaCodeLockSetting]) -> Success[TestAxemaCodeLockSettingResponse]:
    from bokabridge.settings.trial import try_connection

    proposed, secret = service().proposal(call.company_id, call.request.change())
    trials().add(call.company_id, utc_now())
    trial = try_connection(proposed, secret, checker=systems())
    if trial.success:
        service().resume(proposed, secret)
    return Success(trial_response(trial))


@api.operation(DELETE_AXEMA_CODE_LOCK_SETTING)
def delete_axema_code_lock_setting(
    call: Call[DeleteAxemaCodeLockSetting],
) -> Success[DeleteAxemaCodeLockSettingResponse]:
    service().remove(call.company_id)
    return Success(DeleteAxemaCodeLockSettingResponse())


@api.operation(GET_AXEMA_HEALTH)
def get_axema_health(call: Call[GetAxemaHealth]) -> Success[AxemaHealthResponse]:
    from bokabridge.usersync.health import health_of

    of_company = [service().get(call.company_id)]
    (health,) = health_of(of_company, jobs=jobs(), clock=utc_now, next_run=service().next_run)
    return Success(health_response(health))


@api.operation(QUERY_AXEMA_HEALTH)
def query_axema_health(call: Call[QueryAxemaHealth]) -> Success[QueryAxemaHealthResponse]:
    from bokabridge.usersync.health import list_health

    of_all, window = settings().all(), call.request.window
    found = list_health(of_all, window, jobs=jobs(), clock=utc_now, next_run=service().next_run)
    return Success(QueryAxemaHealthResponse(results=[health_response(each) for each in found]))


def shown(saved: AxemaSettings) -> Success[CodeLockAxemaSettingResponse]:
    """The settings as the response shows them."""
    return Success(settings_response(saved, service().schedule_of(saved), service().next_run(saved)))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's proxy event → its response."""
    return api.handle(event, context)
