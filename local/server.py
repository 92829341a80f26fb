"""A WSGI application on a port of this machine, as a context manager: it ends with the process that made it."""

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Self

from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import WSGIApplication

_HOST = "127.0.0.1"
_STOP_CHECK_SECONDS = 0.02  # The server's own half second would be waited for at the end of every test.


class _QuietHandler(WSGIRequestHandler):
    """Errors are still told; a line per request would drown them."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing."""


class Server:
    """Takes its port when made (0: a free one; `url` says which) and serves while entered."""

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
