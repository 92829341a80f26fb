"""The front door of the local API: passes requests on to the emulator, a few at a time.

The emulator starts a process for every invocation that runs at the same time as others, so that sixty-four callers at
once would be sixty-four cold starts on a laptop. Here they wait for each other.
"""

import os
import threading
from collections.abc import Iterable
from types import TracebackType
from typing import TYPE_CHECKING, Self

import urllib3
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

AT_ONCE = max(4, 2 * (os.cpu_count() or 1))
"""Requests that are under way in the emulator at the same time."""

_HOST = "127.0.0.1"
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
_TIMEOUT = 35.0
"""Seconds: longer than API Gateway's 29, so that a function's time-out is answered by the emulator."""


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: a line per request would drown errors."""


class Gateway:
    """Serves on a port while entered; `target` is the API's address in the emulator."""

    def __init__(self, target: str, port: int) -> None:
        self._target = target
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._http = urllib3.PoolManager(maxsize=AT_ONCE, timeout=_TIMEOUT, retries=False)
        self._server = make_server(_HOST, port, self._serve, threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://{_HOST}:{self._server.port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _serve(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        headers = {name: value for name, value in request.headers if name.lower() not in _HOP_BY_HOP}
        with self._turns:
            answer = self._http.request(
                request.method, self._target + str(environ["RAW_URI"]), body=request.get_data(), headers=headers
            )
        response = Response(answer.data, answer.status)
        for name, value in answer.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                response.headers[name] = value
        return response(environ, start_response)
