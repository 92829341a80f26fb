"""The companies' Axema settings, their secrets and their schedules."""

from functools import cache

from bokabridge.adapters.aws import clients
from bokabridge.clock import utc_now
from bokabridge.settings.ports import Scheduler, SecretStore, SettingsStore, TrialLog
from bokabridge.wiring.environment import ConfigurationError, optional, required, user_sync_table


@cache
def settings() -> SettingsStore:
    """The settings without their secrets."""
    from bokabridge.adapters.dynamodb.settings import DynamoSettings

    return DynamoSettings(clients.dynamodb(), user_sync_table())


@cache
def secrets() -> SecretStore:
    """The secrets that belong to the settings. Raises ConfigurationError."""
    match required("SECRET_STORE"):
        case "SecretsManager":
            return _secrets_manager()
        case "ParameterStore":
            return _parameter_store()
        case "Both":
            from bokabridge.settings.both_stores import BothStores

            return BothStores(_secrets_manager(), _parameter_store())
        case _:
            raise ConfigurationError("SECRET_STORE must be SecretsManager, ParameterStore or Both.")


def _secrets_manager() -> SecretStore:
    from bokabridge.adapters.aws.secrets import AxemaSecrets

    return AxemaSecrets(clients.secrets_manager(), required("SECRETS_PREFIX"))


def _parameter_store() -> SecretStore:
    from bokabridge.adapters.aws.parameters import AxemaParameters

    return AxemaParameters(clients.systems_manager(), required("SECRETS_PREFIX"))


@cache
def trials() -> TrialLog:
    """The companies' recent tests of their connections."""
    from bokabridge.adapters.dynamodb.trials import DynamoTrials

    return DynamoTrials(clients.dynamodb(), user_sync_table())


@cache
def scheduler() -> Scheduler:
    """The companies' schedules."""
    from bokabridge.adapters.aws.scheduler import EventBridgeScheduler, ScheduleTarget

    target = ScheduleTarget(
        group=required("SCHEDULE_GROUP"),
        function_arn=required("SCHEDULE_FUNCTION_ARN"),
        role_arn=required("SCHEDULE_ROLE_ARN"),
        dead_letters_arn=required("SCHEDULE_DEAD_LETTERS_ARN"),
        flexible_minutes=int(required("SCHEDULE_FLEXIBLE_MINUTES")),
    )
    return EventBridgeScheduler(clients.scheduler(), target)


def default_schedule() -> str | None:
    """The schedule of companies that name none of their own. None: they have no schedule. Raises ConfigurationError."""
    from bokabridge.settings.schedule import objection, parse_expression

    given = optional("DEFAULT_SCHEDULE")
    expression = parse_expression(given)
    if given and expression is None:
        raise ConfigurationError("The environment variable DEFAULT_SCHEDULE is neither a rate nor a cron expression.")
    if expression and (refusal := objection(expression, utc_now())):
        raise ConfigurationError(f"The environment variable DEFAULT_SCHEDULE {refusal}")
    return expression


def allows_private_endpoints() -> bool:
    """True if a company may name an address in a private network as its own VAKA system."""
    return required("ALLOW_PRIVATE_ENDPOINTS") == "true"
