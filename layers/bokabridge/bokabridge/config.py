"""Settings of a function, from its environment: read once, when the first event comes, and complete or refused."""

import os
from dataclasses import dataclass
from datetime import timedelta


class ConfigurationError(Exception):
    """The deployment forgot a variable; the message names it."""


@dataclass(frozen=True, slots=True)
class AuthorizerConfig:
    """What `authorizer` needs. `identity_issuer` is the `iss` of its tokens to the letter."""

    identity_issuer: str
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
class PageConfig:
    """What `usersync/page` needs. `page_budget`: no new page is begun after that many seconds of an invocation."""

    user_sync_table: str
    customers_table: str
    lease: timedelta
    page_budget: float
    axema_api_url: str
    axema_token_url: str
    axema_scope: str
    secrets_prefix: str


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
        axema_api_url=_required("AXEMA_API_URL").rstrip("/"),
        axema_token_url=_required("AXEMA_TOKEN_URL"),
        axema_scope=_required("AXEMA_SCOPE"),
        secrets_prefix=_required("SECRETS_PREFIX"),
    )


def close_config() -> CloseConfig:
    """From the environment. Raises ConfigurationError."""
    return CloseConfig(user_sync_table=_required("USER_SYNC_TABLE"))


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
