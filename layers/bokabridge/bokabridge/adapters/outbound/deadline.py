"""A time limit for work that has none of its own, or several that add up."""

import threading
from collections.abc import Callable
from concurrent.futures import Future


def start[T](call: Callable[[], T]) -> Future[T]:
    """Begins the call in a thread of its own, which never keeps the process alive."""
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(call())
        except BaseException as error:  # noqa: BLE001 (it is raised again in the thread that waits)
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return result


def within[T](seconds: float, call: Callable[[], T]) -> T:
    """The result of the call. Raises TimeoutError after this many seconds; the abandoned call then ends by itself."""
    return start(call).result(seconds)
