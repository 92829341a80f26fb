"""The HTTP operations of the companies' Axema settings."""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.adapters.aws import clients
from bokabridge.adapters.aws.scheduler import EventBridgeScheduler, ScheduleTarget
from bokabridge.adapters.aws.secrets import AxemaSecrets
from bokabridge.adapters.axema.sources import AxemaSystems
from bokabridge.adapters.dynamodb.settings import DynamoSettings
from bokabridge.adapters.outbound.deadline import within
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.clock import utc_now
from bokabridge.config import settings_config
from bokabridge.http.api import Answer, Api, Call
from bokabridge.operations.settings import (
    AddAxemaCodeLockSetting,
    GetAxemaCodeLockSetting,
    TestAxemaCodeLockSetting,
    UpdateAxemaCodeLockSetting,
    settings_response,
    trial_response,
)
from bokabridge.settings.model import AxemaSettings
from bokabridge.settings.save import SettingsDesk
from bokabridge.settings.trial import try_connection

TRIAL_SECONDS = 15.0
"""How long a caller waits for Axema; API Gateway waits for 29."""

config = cache(settings_config)
api = Api(lambda: config().public_url)


@cache
def secrets() -> AxemaSecrets:
    return AxemaSecrets(clients.secrets_manager(), config().axema.secrets_prefix)


@cache
def desk() -> SettingsDesk:
    target = ScheduleTarget(
        config().schedule_group,
        config().schedule_function_arn,
        config().schedule_role_arn,
        config().schedule_dead_letters_arn,
        config().schedule_flexible_minutes,
    )
    return SettingsDesk(
        settings=DynamoSettings(clients.dynamodb(), config().user_sync_table),
        secrets=secrets(),
        scheduler=EventBridgeScheduler(clients.scheduler(), target),
        clock=utc_now,
        default_schedule=config().default_schedule,
        allows_private=config().axema.allows_private_endpoints,
    )


@cache
def systems() -> AxemaSystems:
    axema = config().axema
    tokens = TokenSource(axema.token_url, axema.scope, "Axema")
    return AxemaSystems(axema.api_url, tokens, Guard(SystemResolver(), axema.allows_private_endpoints), secrets())


@api.operation(GetAxemaCodeLockSetting)
def get_axema_code_lock_setting(call: Call[GetAxemaCodeLockSetting]) -> Answer:
    return answer(desk().read(call.company_id))


@api.operation(AddAxemaCodeLockSetting)
def add_axema_code_lock_setting(call: Call[AddAxemaCodeLockSetting]) -> Answer:
    return answer(desk().create(call.company_id, call.request.change()))


@api.operation(UpdateAxemaCodeLockSetting)
def update_axema_code_lock_setting(call: Call[UpdateAxemaCodeLockSetting]) -> Answer:
    return answer(desk().update(call.company_id, call.request.change()))


@api.operation(TestAxemaCodeLockSetting)
def test_axema_code_lock_setting(call: Call[TestAxemaCodeLockSetting]) -> Answer:
    settings, secret = desk().proposal(call.company_id, call.request.change())
    return Answer(
        trial_response(try_connection(lambda: within(TRIAL_SECONDS, systems().open(settings, secret).check, "Axema")))
    )


def answer(settings: AxemaSettings) -> Answer:
    return Answer(settings_response(settings, desk().schedule_of(settings)))


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """API Gateway's proxy event → its response."""
    return api.handle(event, context)
