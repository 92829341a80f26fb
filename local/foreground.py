"""What stays in the foreground until Ctrl-C."""

import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from local.stack.processes import StartError


def stay[Started](starting: AbstractContextManager[Started], explain: Callable[[Started], None], farewell: str) -> int:
    """Explains what was started and stays until Ctrl-C or SIGTERM: exit code 0, or 1 when something did not start."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with starting as started:
            explain(started)
            signal.pause()
    except KeyboardInterrupt:
        print(f"\n{farewell}")
    except StartError as error:
        print(error, file=sys.stderr)
        return 1
    return 0
