"""The hosts that a company may enter."""

from ipaddress import ip_address, ip_network

import pytest

from bokabridge.settings.address import is_public_address, may_connect, parse_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("vaka.example.com", "vaka.example.com"),
        (" VAKA.Example.com. ", "vaka.example.com"),
        ("låset.example.com", "xn--lset-qoa.example.com"),
        ("vaka", "vaka"),
        ("a_b-1.example", "a_b-1.example"),
        ("93.184.216.34", "93.184.216.34"),
        ("[2606:2800:220:1::1]", "2606:2800:220:1::1"),
        ("2606:2800:0220:0001:0:0:0:1", "2606:2800:220:1::1"),
    ],
)
def test_names_and_addresses_are_parsed_to_their_plain_form(text: str, host: str) -> None:
    assert parse_host(text) == host


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "a..b",
        "-a.example",
        "x" * 64 + ".example",
        "x." * 140 + "example",
        "evil@127.0.0.1",
        "user:pass@vaka.example.com",
        "vaka.example.com/path",
        "vaka.example.com:80",
        "vaka.example.com#x",
        "vaka.example.com?x",
        "vaka.example.com\\x",
        "vaka example.com",
        "vaka.example.com\r\nX-Evil: 1",
        "http://vaka.example.com",
        "127.0.0.1:80",
        "[::1]:80",
        "fe80::1%eth0",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "127.1",
        "127.0.1",
        "0",
        "1.2.3.4.5",
        "vaka.example.0x7f",
        "\uff11\uff12\uff17.\uff10.\uff10.\uff11",
    ],
)
def test_urls_and_disguised_addresses_are_refused(text: str) -> None:
    host = parse_host(text)
    assert host is None or not may_connect(host, allows_private=False)


PUBLIC = ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "100.64.0.1",
    "::1",
    "fd12::1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
]
NEVER = [
    "169.254.169.254",
    "169.254.170.2",
    "::ffff:169.254.169.254",
    "64:ff9b::a9fe:a9fe",
    "fe80::1",
    "fe80::1%eth0",
    "fd00:ec2::254",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "224.0.0.1",
    "ff02::1",
    "ff0e::1",
    "240.0.0.1",
    "255.255.255.255",
    "192.0.2.1",
    "198.18.0.1",
    "192.88.99.1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "2002:5db8:d822::1",
    "2001:0:7f00:1::",
    "64:ff9b:1::7f00:1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "fec0::1",
    "100::1",
    "vaka.example.com",
    "",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are_allowed(address: str) -> None:
    assert may_connect(address, allows_private=False)
    assert is_public_address(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_are_allowed_only_if_the_deployment_allows_them(address: str) -> None:
    assert not may_connect(address, allows_private=False)
    assert may_connect(address, allows_private=True)
    assert not is_public_address(address)


@pytest.mark.parametrize("address", NEVER)
def test_special_addresses_are_never_allowed(address: str) -> None:
    assert not may_connect(address, allows_private=False)
    assert not may_connect(address, allows_private=True)


SPECIAL = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
    "::/128",
    "::1/128",
    "::/96",
    "::ffff:0:0:0/96",
    "64:ff9b:1::/48",
    "100::/64",
    "100:0:0:1::/64",
    "2001::/23",
    "2001::/32",
    "2001:1::1/128",
    "2001:1::2/128",
    "2001:1::3/128",
    "2001:2::/48",
    "2001:3::/32",
    "2001:4:112::/48",
    "2001:10::/28",
    "2001:20::/28",
    "2001:30::/28",
    "2001:db8::/32",
    "2002::/16",
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
]
"""IANA's registries of special-purpose addresses, multicast, and the deprecated forms that contain an IPv4 address."""

FREE_NEIGHBOURS = {
    "0.0.0.0/8": ["1.0.0.0"],
    "10.0.0.0/8": ["9.255.255.255", "11.0.0.0"],
    "100.64.0.0/10": ["100.63.255.255", "100.128.0.0"],
    "127.0.0.0/8": ["126.255.255.255", "128.0.0.0"],
    "169.254.0.0/16": ["169.253.255.255", "169.255.0.0"],
    "172.16.0.0/12": ["172.15.255.255", "172.32.0.0"],
    "192.0.0.0/24": ["191.255.255.255", "192.0.1.0"],
    "192.0.2.0/24": ["192.0.1.255", "192.0.3.0"],
    "192.31.196.0/24": ["192.31.195.255", "192.31.197.0"],
    "192.52.193.0/24": ["192.52.192.255", "192.52.194.0"],
    "192.88.99.0/24": ["192.88.98.255", "192.88.100.0"],
    "192.168.0.0/16": ["192.167.255.255", "192.169.0.0"],
    "192.175.48.0/24": ["192.175.47.255", "192.175.49.0"],
    "198.18.0.0/15": ["198.17.255.255", "198.20.0.0"],
    "198.51.100.0/24": ["198.51.99.255", "198.51.101.0"],
    "203.0.113.0/24": ["203.0.112.255", "203.0.114.0"],
    "224.0.0.0/4": ["223.255.255.255"],
    "2001::/23": ["2000:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:200::"],
    "2001:db8::/32": ["2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", "2001:db9::"],
    "2002::/16": ["2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2003::"],
    "2620:4f:8000::/48": ["2620:4f:7fff:ffff:ffff:ffff:ffff:ffff", "2620:4f:8001::"],
    "3fff::/20": ["3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "3fff:1000::"],
}


@pytest.mark.parametrize("network", SPECIAL)
def test_first_and_last_address_of_a_special_network_are_refused(network: str) -> None:
    addresses = ip_network(network)
    for address in (addresses[0], addresses[-1]):
        assert not may_connect(str(address), allows_private=False), address
        assert not is_public_address(str(address)), address


@pytest.mark.parametrize("network", FREE_NEIGHBOURS)
def test_neighbours_of_a_special_network_are_allowed(network: str) -> None:
    for address in FREE_NEIGHBOURS[network]:
        assert may_connect(address, allows_private=False), address


@pytest.mark.parametrize("network", [each for each in SPECIAL if ":" not in each])
def test_special_ipv4_address_is_refused_inside_of_ipv6(network: str) -> None:
    for inner in (ip_network(network)[0], ip_network(network)[-1]):
        bits = int(inner)
        wrapped = [
            ip_address((0xFFFF << 32) + bits),  # IPv4-mapped
            ip_address(bits),  # IPv4-compatible
            ip_address((0x64FF9B << 96) + bits),  # NAT64
            ip_address((0x64FF9B0001 << 80) + bits),  # local-use NAT64
            ip_address((0x2002 << 112) + (bits << 80) + 1),  # 6to4
            ip_address((0x2001 << 112) + (bits ^ 0xFFFFFFFF)),  # Teredo
            ip_address((0xFFFF << 48) + bits),  # IPv4-translated
        ]
        assert [str(each) for each in wrapped if may_connect(str(each), allows_private=False)] == []


def test_whatever_python_knows_as_special_is_refused() -> None:
    """Our own table must not forget a network that the standard library has."""
    tops = [ip_address(first << 24) for first in range(256)] + [ip_address(first << 112) for first in range(65536)]
    assert [str(each) for each in tops if may_connect(str(each), allows_private=False) and not each.is_global] == []
