"""A trial of a connection to Axema, before a sync relies on it."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bokabridge.errors import FatalError, RetriableError, TooManyRequests
from bokabridge.settings.model import AxemaSecret, AxemaSettings
from bokabridge.settings.ports import ConnectionChecker

MAX_TRIALS = 6
TRIAL_WINDOW = timedelta(minutes=1)
"""A company may make this many trials within this time, so that it cannot scan ports with them."""


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


def after_another_trial(earlier: Sequence[datetime], now: datetime) -> list[datetime]:
    """The company's trials within the window, with one more. Raises TooManyRequests if there are enough already."""
    recent = sorted(at for at in earlier if at > now - TRIAL_WINDOW)
    if len(recent) < MAX_TRIALS:
        return [*recent, now]
    wait = recent[-MAX_TRIALS] + TRIAL_WINDOW - now
    raise TooManyRequests(
        f"This company has tested its connection {MAX_TRIALS} times within a minute, which is the limit. "
        "Wait a moment, then test again.",
        max(1, math.ceil(wait.total_seconds())),
    )
