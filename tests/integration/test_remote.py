"""The HTTP client for other systems, against servers that behave worse than the simulator."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from werkzeug.wrappers import Request, Response

from bokabridge.adapters.outbound.connections import Patience
from bokabridge.adapters.outbound.guarded import pinned
from bokabridge.adapters.outbound.request import ONCE_CONNECT_TIMEOUT_SECONDS, Limits, request, retrying, send_once
from bokabridge.adapters.outbound.request import Response as OutboundResponse
from bokabridge.adapters.outbound.retry_after import MAX_SECONDS
from bokabridge.errors import DeliveryUnclear, FatalError, NotDelivered, RetriableError
from tests.axema import connect, connect_locally
from tests.servers import serving

HOST = "vaka.example.com"
COMPANY = "11111111-1111-4111-8111-111111111111"


def get(url: str) -> OutboundResponse:
    return request("GET", url, who="Axema", headers={})


def test_redirect_is_returned_and_not_followed() -> None:
    followed = threading.Event()

    def respond(request: Request) -> Response:
        if request.path == "/secret":
            followed.set()
        return Response(status=302, headers={"Location": "/secret"})

    with serving(respond) as url:
        assert get(url).status == 302
    assert not followed.is_set()


def test_body_that_is_too_large_is_not_read_to_its_end() -> None:
    megabyte = b"x" * 1024 * 1024
    with (
        serving(lambda _: Response(megabyte for _ in range(200))) as url,
        pytest.raises(FatalError, match="more than 64 MB"),
    ):
        get(url)


def test_server_that_never_responds_is_a_timeout() -> None:
    release = threading.Event()

    def respond(_: Request) -> Response:
        release.wait(60)
        return Response()

    with serving(respond) as url:
        with pytest.raises(RetriableError, match=r"Axema could not be reached \(timeout\)"):
            get(url)
        release.set()


def throttled(*retry_after: str) -> Response:
    return Response(status=429, headers=[("Retry-After", value) for value in retry_after])


@pytest.mark.parametrize(
    ("values", "seconds"),
    [
        (["7"], 7),
        (["\xb2"], None),
        (["1000000000000"], MAX_SECONDS),
        (["9" * 400], MAX_SECONDS),
        ([""], None),
        (["-5"], None),
        (["3", "20"], 20),
        (["Fri, 31 Dec 9999 23:59:59 GMT"], MAX_SECONDS),
    ],
)
def test_retry_after_of_any_form_is_read_by_both_kinds_of_request(values: list[str], seconds: float | None) -> None:
    with serving(lambda _: throttled(*values)) as url:
        with pytest.raises(RetriableError) as error:
            get(url)
        once = send_once("GET", url, who="VOSS", headers={}, read_timeout_seconds=1)
    assert (error.value.retry_after_seconds, once.retry_after_seconds) == (seconds, seconds)


def test_retry_is_never_earlier_than_asked() -> None:
    times: list[float] = []

    def respond(_: Request) -> Response:
        times.append(time.monotonic())
        return throttled("1") if len(times) == 1 else Response("done")

    with serving(respond) as url:
        assert retrying(lambda: get(url), 10).body == b"done"
    assert times[1] - times[0] >= 1


@pytest.mark.parametrize("value", ["60", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_wait_beyond_the_remaining_time_gives_up_at_once_and_says_how_long(value: str) -> None:
    began = time.monotonic()
    with serving(lambda _: throttled(value)) as url, pytest.raises(RetriableError) as error:
        connect_locally(url, COMPANY, give_up_after_seconds=5).fetch(None, 1)
    assert time.monotonic() - began < 3
    assert error.value.retry_after_seconds == (60 if value == "60" else MAX_SECONDS)


@pytest.mark.parametrize("body", ["", "<html>", "[]", '{"token": "x"}', '{"access_token": {"a": 1}}'])
def test_response_without_a_token_is_an_error(body: str) -> None:
    with (
        serving(lambda _: Response(body, content_type="application/json")) as url,
        pytest.raises(FatalError, match="sign-in service sent a response that is not a token"),
    ):
        connect(url, COMPANY).fetch(None, 1)


@contextmanager
def dripping(greeting: bytes) -> Iterator[int]:
    """A server that sends the greeting, and then a byte ten times a second until the client closes."""
    listener = socket.create_server(("127.0.0.1", 0))
    closing = threading.Event()

    def serve() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                connection.sendall(greeting)
                while not closing.wait(0.1):
                    connection.sendall(b"x")
            except OSError:
                return

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        closing.set()
        thread.join()
        listener.close()


def test_body_that_drips_is_a_timeout() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n") as port:
        connections = pinned("http", HOST, port, "127.0.0.1")
        with pytest.raises(RetriableError, match=r"\(timeout\)"):
            request("GET", "/", who="Axema", headers={}, via=connections, limits=Limits(1000, 0.3))


def test_headers_that_drip_are_a_timeout() -> None:
    with dripping(b"HTTP/1.1 200 OK\r\nX-Drip: ") as port:
        connections = pinned("http", HOST, port, "127.0.0.1", patience=Patience(header_seconds=0.3))
        with pytest.raises(RetriableError, match=r"\(timeout\)"):
            request("GET", "/", who="Axema", headers={}, via=connections)


@pytest.mark.parametrize(
    "greeting", [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Drip: "]
)
def test_request_that_is_sent_once_ends_in_time_although_the_response_drips(greeting: bytes) -> None:
    began = time.monotonic()
    with dripping(greeting) as port, pytest.raises(DeliveryUnclear, match=r"did not respond \(timeout\)"):
        send_once("POST", f"http://127.0.0.1:{port}", who="VOSS", headers={}, read_timeout_seconds=0.5)
    assert time.monotonic() - began < ONCE_CONNECT_TIMEOUT_SECONDS + 1.5


TLS_RECORD = b"\x16\x03\x03\x40\x00"
"""The start of a record of 16 KB in the handshake of TLS."""


def test_tls_handshake_that_drips_ends_in_time_and_nothing_was_sent() -> None:
    began = time.monotonic()
    with dripping(TLS_RECORD) as port, pytest.raises(NotDelivered, match=r"could not be reached \(timeout\)"):
        send_once("POST", f"https://127.0.0.1:{port}", who="VOSS", headers={}, read_timeout_seconds=0.5)
    assert time.monotonic() - began < ONCE_CONNECT_TIMEOUT_SECONDS + 1.5


def test_name_server_that_hangs_ends_in_time_and_nothing_was_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    released, began = threading.Event(), time.monotonic()

    def hang(*_: object) -> list[object]:
        released.wait(30)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", hang)
    with pytest.raises(NotDelivered, match=r"could not be reached \(timeout\)"):
        send_once("POST", f"http://{HOST}", who="VOSS", headers={}, read_timeout_seconds=0.5)
    released.set()
    assert time.monotonic() - began < ONCE_CONNECT_TIMEOUT_SECONDS + 1.5
