"""The relay, as two processes: one from a port to a Unix socket, and one from the socket to another port."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.sam import relay
from local.stack.processes import free_port


def relay_process(stack: ExitStack, *arguments: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(relay.__file__), *arguments]
    process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    stack.callback(process.kill)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return process


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as entered:
        yield entered


def read_all(connection: socket.socket) -> bytes:
    return b"".join(iter(lambda: connection.recv(65536), b""))


@pytest.fixture
def echo(stack: ExitStack) -> int:
    """The port of a server that reads until the end of the input, and then sends it back."""
    server = stack.enter_context(socket.create_server(("127.0.0.1", 0)))

    def serve() -> None:
        while True:
            try:
                caller, _ = server.accept()
            except OSError:
                return
            with caller:
                caller.sendall(read_all(caller))

    threading.Thread(target=serve, daemon=True).start()
    stack.callback(server.shutdown, socket.SHUT_RDWR)
    return int(server.getsockname()[1])


def exchange(port: int, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as caller:
        caller.sendall(sent)
        caller.shutdown(socket.SHUT_WR)
        return read_all(caller)


def test_request_and_response_pass_through_both_relays(stack: ExitStack, echo: int, tmp_path: Path) -> None:
    port = free_port()
    relay_process(stack, f"unix:{tmp_path}/s=tcp:127.0.0.1:{echo}")
    relay_process(stack, f"tcp:127.0.0.1:{port}=unix:{tmp_path}/s")
    for sent in (b"a few words", b"x" * 3_000_000):
        assert exchange(port, sent) == sent


def test_connection_is_closed_if_no_process_listens_at_the_other_end(stack: ExitStack, tmp_path: Path) -> None:
    port = free_port()
    process = relay_process(stack, f"tcp:127.0.0.1:{port}=unix:{tmp_path}/absent")
    assert exchange(port, b"") == b""
    assert process.poll() is None


def test_relay_ends_with_the_process_that_holds_its_lifeline(stack: ExitStack, tmp_path: Path) -> None:
    holder = relay_process(stack, "--lifeline", f"unix:{tmp_path}/lifeline", f"unix:{tmp_path}/s=tcp:127.0.0.1:1")
    held = relay_process(stack, "--held-by", f"unix:{tmp_path}/lifeline", f"unix:{tmp_path}/t=unix:{tmp_path}/s")
    time.sleep(0.2)
    assert held.poll() is None
    holder.kill()
    assert held.wait(timeout=10) == 0
