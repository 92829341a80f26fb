"""The hosts that a company may enter."""

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
