"""VAKA Online on a port of this machine: inside a test as a context manager, or as a process of the local stack.

Run it with `python -m local.axema.simulator --port 8041 --companies '{"<company id>": 250}'`.
"""

import argparse
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType, TracebackType
from typing import Self

from werkzeug.serving import WSGIRequestHandler, make_server

from local.axema.app import create_app
from local.axema.controls import ControlError, check_controls

__all__ = ["AxemaSimulator", "create_app", "main"]

_HOST = "127.0.0.1"
_PARENT_CHECK_SECONDS = 0.5
_STOP_CHECK_SECONDS = 0.02  # The server's own half second would be waited for at the end of every test.


class _QuietHandler(WSGIRequestHandler):
    """Errors are still told; a line per request would drown them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


class AxemaSimulator:
    """Takes its port when made (0: a free one; `url` says which) and serves while entered."""

    def __init__(self, companies: Mapping[str, int], port: int = 0) -> None:
        self._server = make_server(_HOST, port, create_app(companies), threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self._serve, name="axema-simulator", daemon=True)
        self.url = f"http://{_HOST}:{self._server.port}"

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=_STOP_CHECK_SECONDS)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def main(arguments: Sequence[str] | None = None) -> None:
    """Prints its URL as the first line, then serves until SIGTERM, SIGINT or the death of its parent."""
    parser = argparse.ArgumentParser(prog="local.axema.simulator", description="A simulator of VAKA Online.")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free port")
    parser.add_argument("--companies", type=_companies, default={}, help='JSON: {"<company id>": <number of people>}')
    options = parser.parse_args(arguments)
    parent = os.getppid()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(signal_number, _leave)
    with AxemaSimulator(options.companies, options.port) as simulator:
        print(simulator.url, flush=True)
        while os.getppid() == parent:
            time.sleep(_PARENT_CHECK_SECONDS)


def _leave(_signal_number: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def _companies(text: str) -> dict[str, int]:
    try:
        companies = json.loads(text)
        for users in companies.values():
            check_controls({"users": users})
    except (ValueError, AttributeError, ControlError) as error:
        raise argparse.ArgumentTypeError(f"not a JSON object of company ids and numbers of people: {error}") from error
    return dict(companies)


if __name__ == "__main__":
    main()
