"""An end to what has many timeouts of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout

from bokabridge.errors import RetriableError


def within(seconds: float, call: Callable[[], None], who: str) -> None:
    """Calls, and gives up waiting after so many seconds: RetriableError. What was called then ends by itself."""
    done: Future[None] = Future()

    def run() -> None:
        try:
            call()
        except BaseException as error:  # noqa: BLE001 (it is raised again, where the result is waited for)
            done.set_exception(error)
        else:
            done.set_result(None)

    threading.Thread(target=run, daemon=True).start()
    try:
        done.result(seconds)
    except FutureTimeout:
        raise RetriableError(f"{who} could not be reached (timeout).") from None
