"""Waiting for what others do."""

import time
from collections.abc import Callable


def wait_for[Result](look: Callable[[], Result | None], seconds: float) -> Result:
    """What `look` finds, as soon as it finds anything; fails when that takes longer than so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"Nothing after {seconds} seconds.")
