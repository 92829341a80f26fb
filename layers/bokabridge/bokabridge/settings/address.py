"""The addresses that a company may enter for its own VAKA system. None of them leads into our network."""

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

Address = IPv4Address | IPv6Address

_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")

_PRIVATE = [
    ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1", "fc00::/7")
]
"""The networks that a deployment may allow. Link-local ones, where clouds hand out credentials, are not among them."""

_CLOUD_SERVICES = ip_network("fd00:ec2::/32")
"""AWS's link-local services in IPv6 (https://docs.aws.amazon.com/vpc/latest/userguide/amazon-dns.html)."""

_NAT64 = ip_network("64:ff9b::/96")

_SPECIAL_IPV4 = [
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private use
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",  # loopback
        "169.254.0.0/16",  # link-local
        "172.16.0.0/12",  # private use
        "192.0.0.0/24",  # protocol assignments: DS-Lite, PCP, NAT64 discovery
        "192.0.2.0/24",  # documentation
        "192.31.196.0/24",  # AS112
        "192.52.193.0/24",  # multicast tunnels (AMT)
        "192.88.99.0/24",  # former relays of 6to4
        "192.168.0.0/16",  # private use
        "192.175.48.0/24",  # AS112
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
]
"""IANA's registry of special-purpose IPv4 addresses, and multicast, as of November 2026. Python's `is_global` follows
it too, but differently in each release. We also refuse the special addresses that are global: no company has them."""

_UNICAST = ip_network("2000::/3")
_SPECIAL_IPV6 = [
    ip_network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, benchmarks, AMT, AS112, ORCHID, ORCHIDv2, drones
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "2620:4f:8000::/48",  # AS112
        "3fff::/20",  # documentation
    )
]
"""The part of IANA's registry of special-purpose IPv6 addresses that lies in global unicast. The rest is outside:
`::/128`, `::1`, `::ffff:0:0/96`, `64:ff9b::/96`, `64:ff9b:1::/48`, `100::/64`, `100:0:0:1::/64`, `5f00::/16`,
`fc00::/7` and `fe80::/10`."""


def parse_host(text: str) -> str | None:
    """The host name or IP address in its plain form. None for anything else, such as a URL or a host with a port.

    A name that ends in a number is refused, because that is how addresses are disguised (`2130706433`, `0177.1`,
    `0x7f.1`).
    """
    host = text.strip().lower().removesuffix(".")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    address = _parse_address(host)
    if address is not None:
        return str(address)
    if len(host) > 253:
        return None
    try:
        labels = host.encode("idna").decode().split(".")
    except UnicodeError:
        return None
    is_name = all(_LABEL.fullmatch(label) for label in labels) and not _NUMBER.fullmatch(labels[-1])
    return ".".join(labels) if is_name else None


def may_connect(address: str, *, allows_private: bool) -> bool:
    """True for public unicast addresses, and for private ones if the deployment allows them."""
    parsed = _parse_address(address)
    if parsed is None:
        return False
    inner = _unwrapped(parsed)
    return _is_public(inner) or (allows_private and _is_private(inner))


def is_public_address(address: str) -> bool:
    """True for an address on the internet."""
    parsed = _parse_address(address)
    return parsed is not None and _is_public(_unwrapped(parsed))


def is_address(host: str) -> bool:
    """True for an IP address, False for a name."""
    return _parse_address(host) is not None


def _parse_address(text: str) -> Address | None:
    if "%" in text:  # only link-local addresses have a zone
        return None
    try:
        return ip_address(text)
    except ValueError:
        return None


def _unwrapped(address: Address) -> Address:
    """The IPv4 address that an IPv6 address maps to, or that a NAT64 gateway reaches; else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else address


def _is_public(address: Address) -> bool:
    """True for global unicast addresses without a special purpose."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _SPECIAL_IPV4)
    return address in _UNICAST and not any(address in network for network in _SPECIAL_IPV6)


def _is_private(address: Address) -> bool:
    return any(address in network for network in _PRIVATE) and address not in _CLOUD_SERVICES
