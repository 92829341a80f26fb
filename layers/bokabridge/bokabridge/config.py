"""Settings of a function, from its environment: read once, when the first event comes, and complete or refused."""

import os
from dataclasses import dataclass
from datetime import timedelta

from bokabridge.settings.schedule import parse_expression


class ConfigurationError(Exception):
    """The deployment forgot a variable; the message names it."""


@dataclass(frozen=True, slots=True)
class AuthorizerConfig:
    """What `authorizer` needs. `identity_issuer` is the `iss` of its tokens to the letter.

    `identity_keys_url` is empty where the keys are at Keycloak's place below the issuer.
    """

    identity_issuer: str
    identity_keys_url: str
    identity_audience: str
    company_claim: str
    api_keys_table: str


@dataclass(frozen=True, slots=True)
class ApiConfig:
    """What `usersync/api` needs. `public_url` is empty where API Gateway's own address is the public one."""

    user_sync_table: str
    customers_table: str
    state_machine_arn: str
    lease: timedelta
    public_url: str


@dataclass(frozen=True, slots=True)
class AxemaConfig:
    """How Axema's systems are reached, and whether a company may name an address of a private network."""

    api_url: str
    token_url: str
    scope: str
    secrets_prefix: str
    allows_private_endpoints: bool


@dataclass(frozen=True, slots=True)
class PageConfig:
    """What `usersync/page` needs. `page_budget`: no new page is begun after that many seconds of an invocation."""

    user_sync_table: str
    customers_table: str
    lease: timedelta
    page_budget: float
    axema: AxemaConfig


@dataclass(frozen=True, slots=True)
class SettingsConfig:
    """What `usersync/settings` needs. `default_schedule` is for companies that name none; None: no schedule."""

    user_sync_table: str
    axema: AxemaConfig
    schedule_group: str
    schedule_function_arn: str
    schedule_role_arn: str
    schedule_dead_letters_arn: str
    schedule_flexible_minutes: int
    default_schedule: str | None
    public_url: str


@dataclass(frozen=True, slots=True)
class ScheduleConfig:
    """What `usersync/schedule` needs."""

    user_sync_table: str
    state_machine_arn: str
    lease: timedelta


@dataclass(frozen=True, slots=True)
class CloseConfig:
    """What `usersync/close` needs."""

    user_sync_table: str


@dataclass(frozen=True, slots=True)
class VossConfig:
    """What the functions of VOSS need. `token_url` is empty where VOSS asks for an API key only.

    `settle_after`: nobody settles a usage within that time of its claim. `post_timeout`: seconds that VOSS may take.
    """

    usage_table: str
    base_url: str
    usage_path: str
    products_path: str
    token_url: str
    scope: str
    secret_name: str
    post_timeout: float
    settle_after: timedelta


@dataclass(frozen=True, slots=True)
class ReconcileConfig:
    """What `voss/reconcile` needs. `budget`: no record is begun after that many seconds of an invocation."""

    voss: VossConfig
    budget: float


def authorizer_config() -> AuthorizerConfig:
    """From the environment. Raises ConfigurationError."""
    return AuthorizerConfig(
        identity_issuer=_required("IDENTITY_ISSUER"),
        identity_keys_url=os.environ.get("IDENTITY_KEYS_URL", ""),
        identity_audience=_required("IDENTITY_AUDIENCE"),
        company_claim=_required("COMPANY_CLAIM"),
        api_keys_table=_required("API_KEYS_TABLE"),
    )


def api_config() -> ApiConfig:
    """From the environment. Raises ConfigurationError."""
    return ApiConfig(
        user_sync_table=_required("USER_SYNC_TABLE"),
        customers_table=_required("CUSTOMERS_TABLE"),
        state_machine_arn=_required("STATE_MACHINE_ARN"),
        lease=timedelta(seconds=float(_required("LEASE_SECONDS"))),
        public_url=os.environ.get("PUBLIC_URL", "").rstrip("/"),
    )


def page_config() -> PageConfig:
    """From the environment. Raises ConfigurationError."""
    return PageConfig(
        user_sync_table=_required("USER_SYNC_TABLE"),
        customers_table=_required("CUSTOMERS_TABLE"),
        lease=timedelta(seconds=float(_required("LEASE_SECONDS"))),
        page_budget=float(_required("PAGE_BUDGET_SECONDS")),
        axema=_axema_config(),
    )


def settings_config() -> SettingsConfig:
    """From the environment. Raises ConfigurationError."""
    default_schedule = os.environ.get("DEFAULT_SCHEDULE", "").strip()
    if default_schedule and parse_expression(default_schedule) is None:
        raise ConfigurationError("The environment variable DEFAULT_SCHEDULE is neither a rate nor a cron expression.")
    return SettingsConfig(
        user_sync_table=_required("USER_SYNC_TABLE"),
        axema=_axema_config(),
        schedule_group=_required("SCHEDULE_GROUP"),
        schedule_function_arn=_required("SCHEDULE_FUNCTION_ARN"),
        schedule_role_arn=_required("SCHEDULE_ROLE_ARN"),
        schedule_dead_letters_arn=_required("SCHEDULE_DEAD_LETTERS_ARN"),
        schedule_flexible_minutes=int(_required("SCHEDULE_FLEXIBLE_MINUTES")),
        default_schedule=parse_expression(default_schedule),
        public_url=os.environ.get("PUBLIC_URL", "").rstrip("/"),
    )


def schedule_config() -> ScheduleConfig:
    """From the environment. Raises ConfigurationError."""
    return ScheduleConfig(
        user_sync_table=_required("USER_SYNC_TABLE"),
        state_machine_arn=_required("STATE_MACHINE_ARN"),
        lease=timedelta(seconds=float(_required("LEASE_SECONDS"))),
    )


def close_config() -> CloseConfig:
    """From the environment. Raises ConfigurationError."""
    return CloseConfig(user_sync_table=_required("USER_SYNC_TABLE"))


def _axema_config() -> AxemaConfig:
    return AxemaConfig(
        api_url=_required("AXEMA_API_URL").rstrip("/"),
        token_url=_required("AXEMA_TOKEN_URL"),
        scope=_required("AXEMA_SCOPE"),
        secrets_prefix=_required("SECRETS_PREFIX"),
        allows_private_endpoints=_required("ALLOW_PRIVATE_ENDPOINTS") == "true",
    )


def voss_config() -> VossConfig:
    """From the environment. Raises ConfigurationError."""
    return VossConfig(
        usage_table=_required("USAGE_TABLE"),
        base_url=_required("VOSS_BASE_URL").rstrip("/"),
        usage_path=_required("VOSS_USAGE_PATH"),
        products_path=_required("VOSS_PRODUCTS_PATH"),
        token_url=os.environ.get("VOSS_TOKEN_URL", ""),
        scope=os.environ.get("VOSS_SCOPE", ""),
        secret_name=_required("VOSS_SECRET_NAME"),
        post_timeout=float(_required("VOSS_TIMEOUT_SECONDS")),
        settle_after=timedelta(seconds=float(_required("VOSS_SETTLE_AFTER_SECONDS"))),
    )


def reconcile_config() -> ReconcileConfig:
    """From the environment. Raises ConfigurationError."""
    return ReconcileConfig(voss=voss_config(), budget=float(_required("RECONCILE_BUDGET_SECONDS")))


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise ConfigurationError(f"The environment variable {name} is not set.")
    return value
