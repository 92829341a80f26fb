"""Trying again what DynamoDB was too busy for and the SDK does not retry."""

import random
import time
from collections.abc import Iterator

_ATTEMPTS = 8


def attempts() -> Iterator[int]:
    """Counts attempts, with full jitter before each but the first, for what the SDK does not retry."""
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, min(2.0, 0.05 * 2**attempt)))  # noqa: S311 (jitter needs no secrecy)
        yield attempt
