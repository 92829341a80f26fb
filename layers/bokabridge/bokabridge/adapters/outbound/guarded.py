"""Connections to hosts that a tenant or a deployment chose. They never lead to an address of ours.

We resolve a name once, check each of its addresses, and connect to an address that we checked. So a name that resolves
to another address the next time gains nothing. The Host header, SNI and the check of the certificate still use the
host's own name. We do not follow redirects (`outbound.request` never does).
"""

import socket
from dataclasses import dataclass
from typing import Protocol

import urllib3

from bokabridge.adapters.outbound.connections import PATIENCE, HttpPool, HttpsPool, Patience, limited
from bokabridge.adapters.outbound.deadline import within
from bokabridge.adapters.outbound.request import Limits
from bokabridge.errors import FatalError, Unreachable
from bokabridge.settings.address import is_address, may_connect, parse_host

LIMITS = Limits(body_bytes=16 * 1024 * 1024, body_seconds=20.0)
"""What we read at most from a tenant's host."""

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
    """Decides where connections may go. `allows_private`: the deployment lets tenants use private networks.

    In messages, `who` names the other system, and `where` is where its host is configured.
    """

    resolver: Resolver
    allows_private: bool
    who: str = "Axema"
    where: str = "ApiEndpoint in the Axema settings"

    def address_of(self, host: str) -> str:
        """The address to connect to, IPv4 before IPv6.

        Raises FatalError if we must not connect to one of the host's addresses, Unreachable if none is known now.
        """
        plain = parse_host(host)
        if plain is None:
            raise FatalError(f"The {self.where} is neither a host name nor an IP address.")
        try:
            addresses = [plain] if is_address(plain) else self.resolver.resolve(plain)
        except TimeoutError:
            raise Unreachable(f"{self.who} could not be reached (the host's name was not resolved in time).") from None
        if not addresses:
            raise Unreachable(f"{self.who} could not be reached (unknown host). Check the {self.where}.")
        if not all(may_connect(address, allows_private=self.allows_private) for address in addresses):
            raise FatalError(
                f"The {self.where} leads to an address of a private or special network, "
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
    patience: Patience = PATIENCE,
) -> urllib3.HTTPConnectionPool:
    """Connections for this host that only go to this address. `ca_file` replaces the system's root certificates."""
    headers = {"Host": host_header(scheme, host, port)}
    pool: urllib3.HTTPConnectionPool
    if scheme == "http":
        pool = HttpPool(address, port, timeout=patience.timeout(), headers=headers)
    else:
        pool = HttpsPool(
            address,
            port,
            timeout=patience.timeout(),
            headers=headers,
            server_hostname=host,
            assert_hostname=host,
            ca_certs=ca_file,
        )
    return limited(pool, patience)


def host_header(scheme: str, host: str, port: int) -> str:
    """The Host header by RFC 9110, 7.2."""
    name = f"[{host}]" if ":" in host else host
    return name if port == {"http": 80, "https": 443}[scheme] else f"{name}:{port}"
