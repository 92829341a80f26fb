"""Connections to other systems, with time limits that hold even for a peer that sends a byte now and then.

A connection lives as long as the pool of its caller, which is at most one invocation. While Lambda freezes a function,
its connections die unnoticed, and the next caller would pay for that.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from http.client import HTTPException
from ssl import SSLContext
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationParseError
from urllib3.response import HTTPResponse
from urllib3.util import create_urllib3_context

from bokabridge.adapters.outbound.deadline import within
from bokabridge.errors import FatalError


@dataclass(frozen=True, slots=True)
class Patience:
    """Time limits: for each address of a host, without a byte, and until the headers of the response are complete.

    `open_seconds` is the limit for everything before the request: finding the addresses, connecting, and TLS.
    """

    connect_seconds: float = 3.0
    read_seconds: float = 15.0
    header_seconds: float = 15.0
    open_seconds: float = 10.0

    def timeout(self) -> urllib3.Timeout:
        """The limits that urllib3 keeps itself."""
        return urllib3.Timeout(connect=self.connect_seconds, read=self.read_seconds)


PATIENCE = Patience()


def connect_to(url: str, patience: Patience = PATIENCE) -> urllib3.HTTPConnectionPool:
    """Connections to the server of this URL, which is a parameter of the deployment. Raises FatalError."""
    try:
        scheme, _, host, port, *_ = urllib3.util.parse_url(url)
    except LocationParseError:
        scheme = host = port = None
    if scheme not in ("http", "https") or not host:
        raise FatalError("An address in the parameters of the deployment is not an HTTP URL. Correct it.")
    pool: urllib3.HTTPConnectionPool
    if scheme == "http":
        pool = HttpPool(host, port, timeout=patience.timeout())
    else:
        pool = HttpsPool(host, port, timeout=patience.timeout(), ssl_context=_tls())
    return limited(pool, patience)


def limited(pool: urllib3.HTTPConnectionPool, patience: Patience) -> urllib3.HTTPConnectionPool:
    """The pool, with the time limits that urllib3 does not keep itself."""
    pool.conn_kw["header_seconds"] = patience.header_seconds
    pool.conn_kw["open_seconds"] = patience.open_seconds
    return pool


@cache
def _tls() -> SSLContext:
    """The system's root certificates. Reading them takes longer than most requests, so a function does it once."""
    context = create_urllib3_context()
    context.load_default_certs()
    return context


class _HttpConnection(HTTPConnection):
    """A connection that limits the time until it stands, and the time until the headers are complete."""

    def __init__(self, *args: Any, header_seconds: float, open_seconds: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._header_seconds, self._open_seconds = header_seconds, open_seconds

    def connect(self) -> None:
        _opened_within(self._open_seconds, self, super().connect)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with ended_after(self._header_seconds, partial(_shut_down, self.sock)):
            return super().getresponse()


class _HttpsConnection(HTTPSConnection):
    """The same over TLS."""

    def __init__(self, *args: Any, header_seconds: float, open_seconds: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._header_seconds, self._open_seconds = header_seconds, open_seconds

    def connect(self) -> None:
        _opened_within(self._open_seconds, self, super().connect)

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with ended_after(self._header_seconds, partial(_shut_down, self.sock)):
            return super().getresponse()


class HttpPool(urllib3.HTTPConnectionPool):
    """Connections over plain HTTP."""

    ConnectionCls = _HttpConnection


class HttpsPool(urllib3.HTTPSConnectionPool):
    """Connections over TLS."""

    ConnectionCls = _HttpsConnection


def _opened_within(seconds: float, connection: HTTPConnection, connect: Callable[[], None]) -> None:
    """Connects. Raises ConnectTimeoutError, also if the search for the name has no limit of its own, or TLS stalls.

    An abandoned attempt may still connect, but sends no request.
    """
    try:
        within(seconds, connect)
    except TimeoutError:
        raise ConnectTimeoutError(connection, "the connection did not stand in time") from None


def _shut_down(connection: socket.socket | None) -> None:
    if connection is not None:
        connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def ended_after(seconds: float, hang_up: Callable[[], object]) -> Iterator[None]:
    """Hangs up after this time, which ends a read that waits, and raises TimeoutError even if a part was read."""
    is_over = threading.Event()

    def end() -> None:
        is_over.set()
        with suppress(OSError, ValueError, RuntimeError):
            hang_up()

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException, HTTPError):
        if not is_over.is_set():
            raise
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError
