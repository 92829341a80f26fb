"""A WSGI server on a port of 127.0.0.1, in a thread of this process."""

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import WSGIApplication

_HOST = "127.0.0.1"
_STOP_CHECK_SECONDS = 0.02  # with the server's default of 0.5 s every test would end half a second later


class _QuietHandler(WSGIRequestHandler):
    """Logs errors only, because a line for every request would hide them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


class Server:
    """A server that binds its port when created and serves while entered. Port 0 takes a free one; see `url`."""

    def __init__(self, app: "WSGIApplication", port: int = 0, tls: "SSLContext | None" = None) -> None:
        self._server = make_server(_HOST, port, app, threaded=True, request_handler=_QuietHandler, ssl_context=tls)
        self._thread = threading.Thread(target=self._serve, name="server", daemon=True)
        self.url = f"{'https' if tls else 'http'}://{_HOST}:{self._server.port}"

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
