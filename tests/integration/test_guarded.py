"""Connections to hosts that a tenant chose: where they go and where they never go, with real sockets."""

import gzip
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.axema.local_endpoint import LocalEndpointSource
from bokabridge.adapters.outbound import guarded
from bokabridge.adapters.outbound.guarded import Guard, SystemResolver, pinned
from bokabridge.adapters.outbound.request import Response as OutboundResponse
from bokabridge.adapters.outbound.request import request
from bokabridge.errors import FatalError, RetriableError
from bokabridge.settings.kinds.local_endpoint import LocalEndpoint
from bokabridge.settings.model import AxemaSecret
from tests.servers import serving

NAME = "vaka.example.com"
HERE = "127.0.0.1"
PUBLIC = "93.184.216.34"
NOBODY = '{"users": [], "total": 0}'


class ListedResolver:
    """Resolver that returns the next list of addresses each time, and the last list from then on."""

    def __init__(self, *lists: list[str]) -> None:
        self._lists = list(lists)
        self.resolved: list[str] = []

    def resolve(self, host: str) -> list[str]:
        self.resolved.append(host)
        return self._lists.pop(0) if len(self._lists) > 1 else self._lists[0]


def guard(*lists: list[str], allows_private: bool = False) -> Guard:
    return Guard(ListedResolver(*lists), allows_private)


def source(url: str, host: str, guard: Guard) -> LocalEndpointSource:
    port = urlsplit(url).port or 0
    return LocalEndpointSource(
        LocalEndpoint(host, port, "bridge"), AxemaSecret({"password": "word"}), guard=guard, give_up_after_seconds=0
    )


class Visits:
    """A server that records its requests."""

    def __init__(self, response: Response | None = None) -> None:
        self.requests: list[Request] = []
        self._response = response or Response(NOBODY, content_type="application/json")

    def __call__(self, request: Request) -> Response:
        self.requests.append(request)
        return self._response


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "0x7f000001",
        "017700000001",
        "0177.0.0.1",
        "127.1",
        "0",
        "0.0.0.0",
        "::1",
        "[::1]",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::1",
        "evil@127.0.0.1",
        "127.0.0.1/path",
        "127.0.0.1#",
    ],
)
def test_our_own_server_is_not_reached_however_its_address_is_written(host: str) -> None:
    ours = Visits()
    with serving(ours) as url, pytest.raises(FatalError, match="ApiEndpoint"):
        source(url, host, Guard(SystemResolver(), allows_private=False)).check()
    assert ours.requests == []


@pytest.mark.parametrize(
    "addresses",
    [
        [HERE],
        ["169.254.169.254"],
        ["fd00:ec2::254"],
        ["fe80::1%eth0"],
        ["10.0.0.7"],
        [PUBLIC, "169.254.169.254"],
        ["2606:2800:220:1::1", "::1"],
    ],
)
def test_name_with_one_forbidden_address_is_refused(addresses: list[str]) -> None:
    with pytest.raises(FatalError, match="private or special network"):
        guard(addresses).address_of(NAME)


def test_metadata_service_is_refused_even_if_private_networks_are_allowed() -> None:
    with pytest.raises(FatalError, match="private or special network"):
        guard(["169.254.169.254"], allows_private=True).address_of(NAME)


def test_ipv4_is_preferred_to_ipv6() -> None:
    assert guard(["2606:2800:220:1::1", PUBLIC]).address_of(NAME) == PUBLIC


def test_unknown_name_is_an_error() -> None:
    with pytest.raises(RetriableError, match="unknown host"):
        guard([]).address_of(NAME)
    with pytest.raises(RetriableError, match="unknown host"):
        Guard(SystemResolver(), allows_private=False).address_of("vaka.invalid")


def test_name_is_resolved_once_for_all_requests_of_a_source() -> None:
    resolver = ListedResolver([HERE], ["169.254.169.254"])
    visits = Visits()
    with serving(visits) as url:
        tenant = source(url, NAME, Guard(resolver, allows_private=True))
        tenant.fetch(None, 1)
        tenant.fetch(None, 1)
    assert resolver.resolved == [NAME]
    assert len(visits.requests) == 2
    assert {request.host for request in visits.requests} == {f"{NAME}:{urlsplit(url).port}"}


def test_each_source_checks_the_addresses_of_the_name_again() -> None:
    with serving(Visits()) as url:
        rebinding = guard([HERE], ["169.254.169.254"], allows_private=True)
        source(url, NAME, rebinding).check()
        with pytest.raises(FatalError, match="private or special network"):
            source(url, NAME, rebinding).check()


def test_redirect_is_not_followed() -> None:
    ours = Visits()
    with (
        serving(ours) as target,
        serving(Visits(Response(status=302, headers={"Location": target}))) as url,
        pytest.raises(FatalError, match="HTTP status 302"),
    ):
        source(url, NAME, guard([HERE], allows_private=True)).check()
    assert ours.requests == []


def test_body_that_is_too_large_is_not_read_to_its_end() -> None:
    megabyte = b"x" * 1024 * 1024
    with (
        serving(lambda _: Response(megabyte for _ in range(50))) as url,
        pytest.raises(FatalError, match="more than 16 MB"),
    ):
        source(url, NAME, guard([HERE], allows_private=True)).check()


def test_size_limit_applies_to_the_decompressed_body() -> None:
    packed = gzip.compress(b"x" * 40 * 1024 * 1024)
    response = Response(packed, headers={"Content-Encoding": "gzip"})
    with serving(Visits(response)) as url, pytest.raises(FatalError, match="more than 16 MB"):
        source(url, NAME, guard([HERE], allows_private=True)).check()


class Certificates:
    """A self-signed certificate for one name."""

    def __init__(self, folder: Path, name: str) -> None:
        self.file = folder / "certificate.pem"
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )

    def context(self, names: list[str | None]) -> ssl.SSLContext:
        """The server's context. Appends the names that clients ask for to `names`."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.file)
        context.sni_callback = lambda _socket, name, _context: names.append(name)
        return context


def get(url: str, host: str, ca_file: str | None) -> OutboundResponse:
    connections = pinned("https", host, urlsplit(url).port or 0, HERE, ca_file=ca_file)
    return request("GET", "/", who="Axema", headers={}, via=connections)


def test_tls_uses_the_name_although_the_connection_goes_to_the_address(tmp_path: Path) -> None:
    certificates, visits = Certificates(tmp_path, NAME), Visits()
    names: list[str | None] = []
    with serving(visits, tls=certificates.context(names)) as url:
        assert get(url, NAME, str(certificates.file)).status == 200
    assert names == [NAME]
    assert visits.requests[0].host == f"{NAME}:{urlsplit(url).port}"


@pytest.mark.parametrize(("host", "is_trusted"), [("other.example.com", True), (NAME, False)])
def test_certificate_for_another_name_or_of_an_unknown_issuer_is_refused(
    tmp_path: Path, host: str, is_trusted: bool
) -> None:
    certificates = Certificates(tmp_path, NAME)
    with (
        serving(Visits(), tls=certificates.context([])) as url,
        pytest.raises(RetriableError, match=r"\(certificate\)"),
    ):
        get(url, host, str(certificates.file) if is_trusted else None)


@pytest.mark.parametrize(
    ("scheme", "host", "port", "header"),
    [
        ("http", NAME, 80, NAME),
        ("https", NAME, 443, NAME),
        ("https", NAME, 80, f"{NAME}:80"),
        ("https", "2606:2800:220:1::1", 8443, "[2606:2800:220:1::1]:8443"),
    ],
)
def test_host_header_has_the_port_unless_it_is_the_default(scheme: str, host: str, port: int, header: str) -> None:
    assert guarded.host_header(scheme, host, port) == header
