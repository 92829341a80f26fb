"""Time as a value that is passed in: domain code never asks the machine."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Gives now, aware and in UTC."""


def utc_now() -> datetime:
    """The machine's time: what a function's entry point passes to the domain."""
    return datetime.now(UTC)
