"""The identity server on a port of this machine, as a context manager: it ends with the process that made it."""

import threading
from types import TracebackType
from typing import Self

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from local.identity.control_api import control_api
from local.identity.realm import Realm
from local.identity.realm_api import REALM_PATH, realm_api

_HOST = "127.0.0.1"
_STOP_CHECK_SECONDS = 0.02  # The server's own half second would be waited for at the end of every test.


class _QuietHandler(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Says nothing: a line per request would drown errors."""


class IdentitySimulator:
    """Takes its port when made (0: a free one; `url` says which) and serves while entered."""

    def __init__(self, port: int = 0) -> None:
        app = Flask(__name__)
        self._server = make_server(_HOST, port, app, threaded=True, request_handler=_QuietHandler)
        self._thread = threading.Thread(target=self._serve, name="identity-simulator", daemon=True)
        self.url = f"http://{_HOST}:{self._server.port}"
        self.realm = Realm(self.url + REALM_PATH)
        app.register_blueprint(realm_api(self.realm))
        app.register_blueprint(control_api(self.realm))

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
