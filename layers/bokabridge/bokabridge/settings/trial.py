"""Trying a connection to Axema before it is relied upon."""

from collections.abc import Callable
from dataclasses import dataclass

from bokabridge.errors import FatalError, RetriableError


@dataclass(frozen=True, slots=True)
class Trial:
    """Whether the connection works, and in words what is wrong with it."""

    success: bool
    message: str


def try_connection(check: Callable[[], None]) -> Trial:
    """Runs a source's check once."""
    try:
        check()
    except (FatalError, RetriableError) as error:
        return Trial(success=False, message=str(error))
    return Trial(success=True, message="The connection works: Axema lists the system's users.")
