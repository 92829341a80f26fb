"""The connection test on the deployed stack does not tell which ports of a host are open."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.e2e.client import Bridge
from tests.e2e.settings import SETTINGS, company_without_settings, local_members, succeeded

pytestmark = pytest.mark.needs_embedded_api("In a container 127.0.0.1 is the container, not the simulators' machine.")


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A port that accepts connections and sends these bytes. b"": it hangs up at once. None: it says nothing."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                held.append(connection)
                if answer is not None:
                    connection.sendall(answer)
                    connection.close()

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
    for connection in held:
        connection.close()


def test_trial_does_not_tell_ports_apart_before_tls_or_http_begins(bridge: Bridge) -> None:
    company = company_without_settings(bridge, 1)
    members = local_members(bridge, company)
    messages, seconds = {}, {}
    with (
        socket.socket() as closed,
        listening(b"") as hanging_up,
        listening(None) as silent,
        listening(b"SSH-2.0-OpenSSH_9.7\r\n") as ssh,
    ):
        closed.bind(("127.0.0.1", 0))
        ports = {"closed": closed.getsockname()[1], "hanging up": hanging_up, "silent": silent, "ssh": ssh}
        wrong = {name: {"ApiPort": port} for name, port in ports.items()}
        wrong["unknown host"] = {"ApiEndpoint": "vaka.invalid"}
        for name, change in wrong.items():
            began = time.monotonic()
            result = succeeded(bridge.call("POST", f"{SETTINGS}/test", body={**members, **change}))
            seconds[name] = time.monotonic() - began
            assert result["Success"] is False
            messages[name] = result["Message"]
    assert len(set(messages.values())) == 1, messages
    assert messages["closed"].startswith("Axema did not respond.")
    assert max(seconds.values()) - min(seconds.values()) < 2, seconds
