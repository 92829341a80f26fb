"""The signing keys while the identity server hangs, drips or drops connections: what callers pay for it."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from bokabridge.adapters.identity.keys import (
    GRACE_SECONDS,
    MAX_AGE_SECONDS,
    READ_SECONDS,
    RETRY_INTERVAL_SECONDS,
    UNKNOWN_KEY_INTERVAL_SECONDS,
    SigningKeys,
)
from bokabridge.errors import RetriableError

KEY = json.loads(RSAAlgorithm.to_jwk(rsa.generate_private_key(65537, 2048).public_key()))


class Clock:
    """A monotonic clock in seconds that the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Issuer:
    """An identity server on a socket. `treat` decides what happens to each connection after its request was read.

    `connections` counts the connections, `requests` the requests.
    """

    def __init__(self) -> None:
        self.connections = self.requests = 0
        self.treat: Callable[[socket.socket], None] = self.respond
        self.key_ids = ["one"]
        self.closing = threading.Event()

    def respond(self, connection: socket.socket) -> None:
        """A good response that offers to keep the connection."""
        body = json.dumps({"keys": [{**KEY, "kid": key_id} for key_id in self.key_ids]}).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )

    def hang(self, _: socket.socket) -> None:
        """Never a byte."""
        self.closing.wait(30)

    def drip_headers(self, connection: socket.socket) -> None:
        """A header that never ends."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not self.closing.wait(0.1):
            connection.sendall(b"x")

    def drip_body(self, connection: socket.socket) -> None:
        """A body that never ends."""
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not self.closing.wait(0.1):
            connection.sendall(b" ")

    def drop(self, connection: socket.socket) -> None:
        """Closes without a byte."""
        connection.shutdown(socket.SHUT_RDWR)

    def serve(self, listener: socket.socket) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            try:
                while connection.recv(65536):
                    self.requests += 1
                    self.treat(connection)
                    if self.treat != self.respond:
                        return
            except OSError:
                return


@contextmanager
def running() -> Iterator[tuple[Issuer, str]]:
    issuer = Issuer()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=issuer.serve, args=(listener,), daemon=True).start()
        yield issuer, f"http://127.0.0.1:{listener.getsockname()[1]}"
        issuer.closing.set()


@pytest.fixture
def issuer() -> Iterator[tuple[Issuer, str]]:
    with running() as found:
        yield found


def seconds_of(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


@pytest.mark.parametrize("trouble", ["hang", "drip_headers", "drip_body"])
def test_ten_minutes_of_a_hanging_issuer_cost_callers_a_few_seconds_in_all(
    issuer: tuple[Issuer, str], trouble: str
) -> None:
    server, url = issuer
    clock = Clock()
    keys = SigningKeys(url, clock)
    assert keys.find("one") is not None
    server.treat = getattr(server, trouble)
    clock.now += MAX_AGE_SECONDS
    paid = []
    for _ in range(600):
        paid.append(seconds_of(lambda: keys.find("one")))
        assert keys.find("one") is not None
        clock.now += 1
    print(f"{trouble}: {sum(paid):.2f} s in 10 minutes, {max(paid):.2f} s at most, {server.requests - 1} requests")
    assert sum(paid) < 8 * (GRACE_SECONDS + 0.2)
    assert max(paid) < GRACE_SECONDS + 0.5
    assert 6 <= server.requests - 1 <= 8, "pauses of 5, 10, 20, 40, 80, 160 and 300 s"


def test_a_reading_without_known_keys_ends_within_its_time(issuer: tuple[Issuer, str]) -> None:
    server, url = issuer
    for trouble in (server.hang, server.drip_headers, server.drip_body):
        server.treat = trouble
        keys = SigningKeys(url, Clock())

        def ask(keys: SigningKeys = keys) -> None:
            with pytest.raises(RetriableError):
                keys.find("one")

        assert seconds_of(ask) < READ_SECONDS + 2


def test_unknown_keys_make_a_hanging_issuer_slow_at_most_every_ten_seconds(issuer: tuple[Issuer, str]) -> None:
    server, url = issuer
    clock = Clock()
    keys = SigningKeys(url, clock)
    keys.find("one")
    server.treat = server.hang
    assert keys.find("invented") is None
    assert seconds_of(lambda: [keys.find(f"invented-{at}") for at in range(50)]) < 0.1
    assert server.requests == 2
    clock.now += UNKNOWN_KEY_INTERVAL_SECONDS
    assert seconds_of(lambda: keys.find("invented")) >= READ_SECONDS - 0.1
    assert server.requests == 3
    assert seconds_of(lambda: keys.find("one")) < 0.1


def test_a_reading_that_outlives_its_caller_counts_when_it_has_ended(issuer: tuple[Issuer, str]) -> None:
    server, url = issuer
    clock = Clock()
    keys = SigningKeys(url, clock)
    keys.find("one")

    def slowly(connection: socket.socket) -> None:
        time.sleep(GRACE_SECONDS + 0.3)
        server.respond(connection)

    server.treat, server.key_ids = slowly, ["two"]
    clock.now += MAX_AGE_SECONDS
    assert keys.find("one") is not None, "known keys are used at once"
    time.sleep(0.8)
    clock.now += 60
    assert keys.find("two") is not None
    assert server.requests == 2
    assert keys.find("one") is None, "the issuer has revoked it"


def test_the_keys_are_read_soon_after_the_issuer_is_back(issuer: tuple[Issuer, str]) -> None:
    server, url = issuer
    clock = Clock()
    keys = SigningKeys(url, clock)
    keys.find("one")
    server.treat = server.drop
    clock.now += MAX_AGE_SECONDS
    assert keys.find("one") is not None
    server.treat, server.key_ids = server.respond, ["two"]
    clock.now += RETRY_INTERVAL_SECONDS
    assert keys.find("one") is None
    assert keys.find("two") is not None


@pytest.mark.parametrize(
    "body", ["[" * 100_000, "[]", '{"keys": ["a"]}', '{"keys": 1}', "\ud83d", '{"keys": [{"kid": 1}]']
)
def test_a_response_that_is_not_a_set_of_keys_leaves_the_known_ones(issuer: tuple[Issuer, str], body: str) -> None:
    server, url = issuer
    clock = Clock()
    keys = SigningKeys(url, clock)
    keys.find("one")
    sent = body.encode(errors="replace")
    server.treat = lambda connection: connection.sendall(
        b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(sent), sent)
    )
    clock.now += MAX_AGE_SECONDS
    assert keys.find("one") is not None


def test_a_kept_connection_that_died_costs_nothing(issuer: tuple[Issuer, str]) -> None:
    server, url = issuer
    clock = Clock()
    keys = SigningKeys(url, clock)
    keys.find("one")
    clock.now += MAX_AGE_SECONDS
    assert seconds_of(lambda: keys.find("one")) < 0.3
    assert (server.connections, server.requests) == (2, 2)
