"""Attempts at requests that DynamoDB was too busy for and that the SDK does not retry."""

import random
import time
from collections.abc import Iterator

_MAX_ATTEMPTS = 8
_FIRST_WAIT_SECONDS = 0.1
_MAX_WAIT_SECONDS = 2.0


def attempts() -> Iterator[int]:
    """The numbers of the attempts. Waits with full jitter before each but the first, about 7 s at most in all."""
    for attempt in range(_MAX_ATTEMPTS):
        if attempt:
            longest = min(_MAX_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** (attempt - 1))
            time.sleep(random.uniform(0, longest))  # noqa: S311 (jitter needs no secrecy)
        yield attempt
