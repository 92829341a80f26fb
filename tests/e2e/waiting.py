"""Waiting for another process."""

import time
from collections.abc import Callable


def wait_for[Result](look: Callable[[], Result | None], seconds: float) -> Result:
    """Poll until `look` returns a true value, and return it. Fails after this number of seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"The condition is still false after {seconds} seconds.")
