"""Connections to hosts that a tenant named: never to an address that is ours, however the name is dressed up.

A name is resolved once, every address that it has is looked at, and the connection is made to the very address that was
looked at; a name that leads elsewhere the next time it is asked changes nothing. The host's own name is still what the
Host header, SNI and the certificate's check are about. Redirects are not followed (`remote.request` never does).
"""

import socket
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from bokabridge.adapters.outbound.request import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS, Limits
from bokabridge.errors import FatalError, RetriableError
from bokabridge.settings.address import is_address, may_connect, parse_host

LIMITS = Limits(answer_bytes=16 * 1024 * 1024, body_seconds=20.0)
"""What a tenant's host may make us read."""

HEADER_SECONDS = 15.0
RESOLVE_SECONDS = 5.0


class Resolver(Protocol):
    """Asks for the addresses of a name."""

    def resolve(self, host: str) -> list[str]:
        """Every address of the name, IPv4 and IPv6; empty if it has none. Raises TimeoutError."""
        ...


class SystemResolver:
    """Resolver by the machine's own settings, which have no timeout of their own."""

    def resolve(self, host: str) -> list[str]:
        """See Resolver."""
        found: Future[list[str]] = Future()
        threading.Thread(target=self._resolve, args=(host, found), daemon=True).start()
        try:
            return found.result(RESOLVE_SECONDS)
        except FutureTimeout:
            raise TimeoutError from None

    def _resolve(self, host: str, found: "Future[list[str]]") -> None:
        try:
            answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            answers = []
        found.set_result([str(address[0]) for *_, address in answers])


class ListedResolver:
    """Resolver from lists: each question about a name takes the next list, the last one for ever."""

    def __init__(self, answers: Mapping[str, list[list[str]]]) -> None:
        self._answers = {name: list(lists) for name, lists in answers.items()}
        self.asked: list[str] = []

    def resolve(self, host: str) -> list[str]:
        """See Resolver."""
        self.asked.append(host)
        lists = self._answers.get(host, [[]])
        return lists.pop(0) if len(lists) > 1 else lists[0]


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides where connections may go. `allows_private`: the deployment lets tenants name private networks."""

    resolver: Resolver
    allows_private: bool

    def address_of(self, host: str) -> str:
        """The address to connect to, IPv4 before IPv6. Raises FatalError if one of the host's must not be connected to.

        Raises RetriableError when the host is not known now.
        """
        plain = parse_host(host)
        if plain is None:
            raise FatalError("The ApiEndpoint in the Axema settings is neither a host name nor an IP address.")
        try:
            addresses = [plain] if is_address(plain) else self.resolver.resolve(plain)
        except TimeoutError:
            raise RetriableError("Axema could not be reached (the host's name was not resolved in time).") from None
        if not addresses:
            raise RetriableError("Axema could not be reached (unknown host). Check the ApiEndpoint.")
        if not all(may_connect(address, allows_private=self.allows_private) for address in addresses):
            raise FatalError(
                "The ApiEndpoint in the Axema settings leads to an address of a private or special network, "
                "which is not allowed."
            )
        return min(addresses, key=lambda address: ":" in address)


def pinned(
    scheme: str,
    host: str,
    port: int,
    address: str,
    *,
    ca_file: str | None = None,
    header_seconds: float = HEADER_SECONDS,
) -> urllib3.HTTPConnectionPool:
    """Connections to this address and to no other, for this host. `ca_file` takes the place of the system's roots."""
    timeout = urllib3.Timeout(connect=CONNECT_TIMEOUT_SECONDS, read=READ_TIMEOUT_SECONDS)
    headers = {"Host": host_header(scheme, host, port)}
    pool: urllib3.HTTPConnectionPool
    if scheme == "http":
        pool = _HttpPool(address, port, timeout=timeout, headers=headers)
    else:
        pool = _HttpsPool(
            address,
            port,
            timeout=timeout,
            headers=headers,
            server_hostname=host,
            assert_hostname=host,
            ca_certs=ca_file,
        )
    pool.conn_kw["header_seconds"] = header_seconds
    return pool


def host_header(scheme: str, host: str, port: int) -> str:
    """RFC 9110, 7.2."""
    name = f"[{host}]" if ":" in host else host
    return name if port == {"http": 80, "https": 443}[scheme] else f"{name}:{port}"


class _HttpConnection(HTTPConnection):
    """A connection whose answer must have begun in time: a header line now and then does not keep it open."""

    def __init__(self, *args: Any, header_seconds: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._header_seconds = header_seconds

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with _ended_after(self._header_seconds, self.sock):
            return super().getresponse()


class _HttpsConnection(HTTPSConnection):
    """The same over TLS."""

    def __init__(self, *args: Any, header_seconds: float, **options: Any) -> None:
        super().__init__(*args, **options)
        self._header_seconds = header_seconds

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        with _ended_after(self._header_seconds, self.sock):
            return super().getresponse()


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _HttpConnection


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _HttpsConnection


@contextmanager
def _ended_after(seconds: float, connection: socket.socket | None) -> Iterator[None]:
    """Hangs up if it takes longer than that. Raises TimeoutError then, whatever was read by that time."""
    is_over = threading.Event()

    def hang_up() -> None:
        is_over.set()
        if connection is not None:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, HTTPException):
        if not is_over.is_set():
            raise
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError
