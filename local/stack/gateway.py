"""The front door of the local API: passes requests on to the emulator, a few at a time.

The emulator starts a process for every invocation that runs at the same time as others, so that sixty-four callers at
once would be sixty-four cold starts on a laptop. Here they wait for each other.
"""

import os
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING

import urllib3
from werkzeug.wrappers import Request, Response

from local.server import Server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

AT_ONCE = max(4, 2 * (os.cpu_count() or 1))
"""Requests that are under way in the emulator at the same time."""

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
_TIMEOUT = 35.0
"""Seconds: longer than API Gateway's 29, so that a function's time-out is answered by the emulator."""


class Gateway(Server):
    """Serves while entered; `target` is the API's address in the emulator."""

    def __init__(self, target: str, port: int) -> None:
        super().__init__(self._pass_on, port)
        self._target = target
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._http = urllib3.PoolManager(maxsize=AT_ONCE, timeout=_TIMEOUT, retries=False)

    def _pass_on(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
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
