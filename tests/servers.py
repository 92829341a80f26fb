"""HTTP servers that answer as a test wants."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from ssl import SSLContext

    from _typeshed.wsgi import WSGIApplication


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


@contextmanager
def serving(answer: Callable[[Request], Response], *, tls: "SSLContext | None" = None) -> Iterator[str]:
    """A server on a free port of 127.0.0.1 whose every request is answered by this function; gives its URL."""
    app: WSGIApplication = Request.application(answer)
    running = make_server("127.0.0.1", 0, app, threaded=True, request_handler=_Quiet, ssl_context=tls)
    thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{running.port}"
    finally:
        running.shutdown()
        thread.join()
        running.server_close()
