"""The structured log. It gets ids and counts only: no names, e-mail addresses, phone numbers, tokens or bodies."""

from functools import cache

from aws_lambda_powertools import Logger

from bokabridge.version import version


@cache
def logger() -> Logger:
    """The function's logger, made on first use. Every line has the deployment's version."""
    return Logger(service="bokabridge", version=version(), log_uncaught_exceptions=False)
