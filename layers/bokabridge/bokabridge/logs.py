"""The structured log. It gets ids and counts only: no names, e-mail addresses, phone numbers, tokens or bodies."""

from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger() -> Logger:
    """The function's logger, made on first use."""
    return Logger(service="bokabridge", log_uncaught_exceptions=False)
