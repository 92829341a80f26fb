"""Connections to hosts that a tenant chose. They never lead to an address of ours, however the host is written.

We resolve a name once, check each of its addresses, and connect to an address that we checked. So a name that resolves
to another address the next time gains nothing. The Host header, SNI and the check of the certificate still use the
host's own name. We do not follow redirects (`outbound.request` never does).
"""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any, Protocol

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

from bokabridge.adapters.outbound.deadline import within
from bokabridge.adapters.outbound.request import CONNECT_TIMEOUT_SECONDS, READ_TIMEOUT_SECONDS, Limits
from bokabridge.errors import FatalError, Unreachable
from bokabridge.settings.address import is_address, may_connect, parse_host

LIMITS = Limits(body_bytes=16 * 1024 * 1024, body_seconds=20.0)
"""What we read at most from a tenant's host."""

HEADER_SECONDS = 15.0
RESOLVE_SECONDS = 5.0


class Resolver(Protocol):
    """Finds the addresses of a name."""

    def resolve(self, host: str) -> list[str]:
        """All addresses of the name, IPv4 and IPv6, or an empty list. Raises TimeoutError."""
        ...


class SystemResolver:
    """Resolver by the machine's own configuration, which has no time limit that we can set."""

    def resolve(self, host: str) -> list[str]:
        """See Resolver."""
        return within(RESOLVE_SECONDS, lambda: _addresses(host))


def _addresses(host: str) -> list[str]:
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]


@dataclass(frozen=True, slots=True)
class Guard:
    """Decides where connections may go. `allows_private`: the deployment lets tenants use private networks."""

    resolver: Resolver
    allows_private: bool

    def address_of(self, host: str) -> str:
        """The address to connect to, IPv4 before IPv6.

        Raises FatalError if we must not connect to one of the host's addresses, Unreachable if none is known now.
        """
        plain = parse_host(host)
        if plain is None:
            raise FatalError("The ApiEndpoint in the Axema settings is neither a host name nor an IP address.")
        try:
            addresses = [plain] if is_address(plain) else self.resolver.resolve(plain)
        except TimeoutError:
            raise Unreachable("Axema could not be reached (the host's name was not resolved in time).") from None
        if not addresses:
            raise Unreachable("Axema could not be reached (unknown host). Check the ApiEndpoint.")
        if not all(may_connect(address, allows_private=self.allows_private) for address in addresses):
            raise FatalError(
                "The ApiEndpoint in the Axema settings leads to an address of a private or special network, "
                "which is not allowed. Use a public address."
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
    """Connections for this host that only go to this address. `ca_file` replaces the system's root certificates."""
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
    """The Host header by RFC 9110, 7.2."""
    name = f"[{host}]" if ":" in host else host
    return name if port == {"http": 80, "https": 443}[scheme] else f"{name}:{port}"


class _HttpConnection(HTTPConnection):
    """A connection that limits the time until the headers are complete, even if the peer drips them."""

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
    """Closes the connection after this time and raises TimeoutError, even if a part was read."""
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
