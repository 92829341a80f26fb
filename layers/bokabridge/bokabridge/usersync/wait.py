"""Waiting for an Axema that asks us to call later (Retry-After).

Without such a request, the workflow retries for some minutes, and these limits do not matter.
"""

import math

from bokabridge.errors import RetriableError
from bokabridge.usersync.job import SyncJob

MAX_WAIT_SECONDS = 15 * 60
"""The longest single wait. A larger request counts as this one, so that no response stops a company for a day."""

MAX_WAITS = 20
MAX_WAITED_SECONDS = 30 * 60
"""A job gives up before it would exceed one of these without a committed page in between."""

TRIES_AGAIN = "The sync waits and tries again by itself."
GAVE_UP = "The sync gave up waiting. The changes it made remain. Start it again when Axema responds."


def wait_seconds(error: RetriableError) -> int:
    """The wait that Axema asks for, in whole seconds, rounded up; 0 if it asks for none."""
    if error.retry_after_seconds is None:
        return 0
    return min(max(1, math.ceil(error.retry_after_seconds)), MAX_WAIT_SECONDS)


def may_wait(job: SyncJob, seconds: int) -> bool:
    """True if the job may wait this long once more."""
    return job.waits < MAX_WAITS and job.waited_seconds + seconds <= MAX_WAITED_SECONDS
