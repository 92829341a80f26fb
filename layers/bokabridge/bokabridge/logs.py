"""The structured log. Ids and counts only: no names, e-mails, phones, tokens or bodies."""

from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger() -> Logger:
    """The function's logger, made on first use."""
    return Logger(service="bokabridge", log_uncaught_exceptions=False)
