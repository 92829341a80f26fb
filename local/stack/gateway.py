"""A proxy in front of the local API that passes only a few requests at a time to the emulator.

The emulator starts a process for every concurrent invocation, so 64 concurrent callers would cause 64 cold starts on a
laptop. The proxy makes them wait for each other.
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
"""The number of requests that the emulator handles at the same time."""

_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"}
_TIMEOUT = 35.0
"""Seconds. Longer than API Gateway's 29, so that the emulator responds first when a function times out."""


class Gateway(Server):
    """The proxy; `target` is the API's address in the emulator."""

    def __init__(self, target: str, port: int) -> None:
        super().__init__(self._pass_on, port)
        self._target = target
        self._turns = threading.BoundedSemaphore(AT_ONCE)
        self._http = urllib3.PoolManager(maxsize=AT_ONCE, timeout=_TIMEOUT, retries=False)

    def _pass_on(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        request = Request(environ)
        headers = {name: value for name, value in request.headers if name.lower() not in _HOP_BY_HOP}
        with self._turns:
            try:
                received = self._http.request(
                    request.method, self._target + str(environ["RAW_URI"]), body=request.get_data(), headers=headers
                )
            except urllib3.exceptions.HTTPError as error:
                return Response(f"The emulator did not respond: {error}", 504)(environ, start_response)
        response = Response(received.data, received.status)
        for name, value in received.headers.items():
            if name.lower() not in _HOP_BY_HOP:
                response.headers[name] = value
        return response(environ, start_response)
