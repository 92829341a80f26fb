"""A trial of a connection to Axema, before a sync relies on it."""

from dataclasses import dataclass

from bokabridge.errors import FatalError, RetriableError
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.settings.ports import ConnectionChecker


@dataclass(frozen=True, slots=True)
class Trial:
    """Whether the connection works, and a message that says what is wrong if it does not."""

    success: bool
    message: str


def try_connection(settings: AxemaSettings, secret: AxemaSecret, *, checker: ConnectionChecker) -> Trial:
    """Checks the connection once."""
    try:
        checker.check(settings, secret)
    except (FatalError, RetriableError) as error:
        return Trial(success=False, message=str(error))
    return Trial(success=True, message="The connection works: Axema lists the system's users.")
