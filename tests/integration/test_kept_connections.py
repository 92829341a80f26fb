"""Connections that died while a function was frozen, for every system that we call: they cost a caller nothing.

The server responds once and offers to keep the connection. From then on that connection is dead: closed, reset, or
silent. A new connection works.
"""

import json
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from typing import Any

import boto3
import pytest

from bokabridge.adapters.aws.clients import CLIENT_CONFIG, MAX_IDLE_SECONDS, with_fresh_connections
from bokabridge.adapters.outbound.oauth import TokenSource
from bokabridge.settings.fakes import InMemorySecrets
from tests.axema import local_settings_of, secret_of, settings_of, systems

COMPANY = "11111111-1111-4111-8111-111111111111"
BODIES = {
    "/oauth2": {"access_token": "token", "expires_in": 3600},
    "/v1/reservations": {"userAccounts": []},
    "/api/users": {"users": [], "total": 0},
    "/": {"Item": {"PK": {"S": "a"}}},
}
WAYS_TO_DIE = ["closed", "reset", "silent"]


class DyingServer:
    """Responds to the first request of each connection; then the connection dies in the given way."""

    def __init__(self, way: str) -> None:
        self.connections = 0
        self._way = way
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closing = threading.Event()
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while not self._closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        with connection:
            request = b""
            while b"\r\n\r\n" not in request:
                request += connection.recv(65536)
            path = request.split(b" ", 2)[1].decode()
            body = json.dumps(next(body for prefix, body in BODIES.items() if path.startswith(prefix))).encode()
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: keep-alive\r\n"
                b"Content-Length: %d\r\n\r\n%b" % (len(body), body)
            )
            if self._way == "silent":
                self._closing.wait(60)
            if self._way == "reset":
                time.sleep(0.05)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def close(self) -> None:
        self._closing.set()
        self._listener.close()


@contextmanager
def dying(way: str) -> Iterator[DyingServer]:
    with closing(DyingServer(way)) as server:
        yield server


def seconds_of(call: Callable[[], object]) -> float:
    began = time.monotonic()
    call()
    return time.monotonic() - began


@pytest.mark.parametrize("way", WAYS_TO_DIE)
@pytest.mark.parametrize("is_local", [True, False], ids=["local endpoint", "VAKA Online"])
def test_the_connection_test_of_axema_settings_never_meets_a_dead_connection(way: str, is_local: bool) -> None:
    with dying(way) as server:
        settings = local_settings_of(server.url, COMPANY) if is_local else settings_of(COMPANY)
        both = systems(server.url, InMemorySecrets())
        check = partial(both.check, settings, secret_of(COMPANY))
        check()
        assert seconds_of(check) < 1


@pytest.mark.parametrize("way", WAYS_TO_DIE)
def test_the_first_page_of_a_run_never_meets_the_connection_of_an_earlier_run(way: str) -> None:
    secrets = InMemorySecrets()
    with dying(way) as server:
        both = systems(server.url, secrets)
        for settings in (local_settings_of(server.url, COMPANY), settings_of(COMPANY)):
            secrets.stage(None, settings, secret_of(COMPANY))
            both.connect(settings).fetch(None, 1)
            assert seconds_of(lambda settings=settings: both.connect(settings).fetch(None, 1)) < 1  # type: ignore[misc]


@pytest.mark.parametrize("way", WAYS_TO_DIE)
def test_a_sign_in_never_meets_a_dead_connection(way: str) -> None:
    with dying(way) as server:
        tokens = TokenSource(f"{server.url}/oauth2/token", "scope", "Axema")
        tokens.renew("id", "secret")
        assert seconds_of(lambda: tokens.renew("id", "secret")) < 1


class Clock:
    """The machine's time, which the test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def dynamodb(url: str, clock: Clock) -> Any:
    access: dict[str, Any] = {"region_name": "eu-north-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return with_fresh_connections(boto3.client("dynamodb", endpoint_url=url, config=CLIENT_CONFIG, **access), clock)


def get(client: Any) -> Any:
    return client.get_item(TableName="t", Key={"PK": {"S": "a"}})["Item"]


@pytest.mark.parametrize("way", WAYS_TO_DIE)
def test_a_call_of_aws_after_a_pause_never_meets_a_dead_connection(way: str) -> None:
    clock = Clock()
    with dying(way) as server:
        client = dynamodb(server.url, clock)
        get(client)
        for pause in (MAX_IDLE_SECONDS, 3600, -3600):
            clock.now += pause
            assert seconds_of(lambda: get(client)) < 1
        assert server.connections == 4


@pytest.mark.parametrize(("way", "seconds"), [("closed", 1), ("reset", 3), ("silent", 9)])
def test_a_connection_to_aws_that_dies_in_use_is_replaced(way: str, seconds: float) -> None:
    with dying(way) as server:
        client = dynamodb(server.url, Clock())
        get(client)
        time.sleep(0.2)
        assert seconds_of(lambda: get(client)) < seconds


def test_clients_ask_the_kernel_to_watch_their_connections() -> None:
    assert CLIENT_CONFIG.tcp_keepalive is True  # type: ignore[attr-defined]
