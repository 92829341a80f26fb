"""The environment variables that template.yaml gives to the functions. Nothing is read at import."""

import os
from functools import cache

from bokabridge.http.cors import parse_origins


class ConfigurationError(Exception):
    """A variable is missing or wrong. The message names it."""


def required(name: str) -> str:
    """The variable's value. Raises ConfigurationError if it is not set."""
    value = os.environ.get(name, "")
    if not value:
        raise ConfigurationError(f"The environment variable {name} is not set.")
    return value


def optional(name: str) -> str:
    """The variable's value without blanks around it, or "" if it is not set."""
    return os.environ.get(name, "").strip()


def seconds(name: str) -> float:
    """A variable that holds a number of seconds. Raises ConfigurationError."""
    try:
        return float(required(name))
    except ValueError:
        raise ConfigurationError(f"The environment variable {name} is not a number of seconds.") from None


def whole_number(name: str) -> int:
    """A variable that holds a whole number. Raises ConfigurationError."""
    try:
        return int(required(name))
    except ValueError:
        raise ConfigurationError(f"The environment variable {name} is not a whole number.") from None


def user_sync_table() -> str:
    """The name of UserSyncTable."""
    return required("USER_SYNC_TABLE")


def public_url() -> str:
    """The API's address as callers know it, without a slash at the end. "" if it is API Gateway's own."""
    return optional("PUBLIC_URL").rstrip("/")


@cache
def cors_origins() -> frozenset[str]:
    """The origins whose pages may call the API from a browser."""
    return parse_origins(optional("CORS_ORIGINS"))
