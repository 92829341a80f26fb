"""A command that runs in the foreground until Ctrl-C."""

import signal
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FrameType

from local.stack.processes import StartError


def stay[Started](starting: AbstractContextManager[Started], explain: Callable[[Started], None], farewell: str) -> int:
    """Start something, explain it, and stay until Ctrl-C or SIGTERM.

    The exit code is 0, or 1 if something did not start.
    """
    stop_on_signals()
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


def stop_on_signals() -> None:
    """Make SIGINT and SIGTERM raise KeyboardInterrupt.

    Python alone does so for SIGINT only, and not in a script's background job, which inherits SIGINT as ignored.
    """
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)  # a second Ctrl-C must not interrupt the clean-up
    raise KeyboardInterrupt
