"""Lets containers reach the local stack: `python -m local.sam.relay ADDRESS`, until Ctrl-C.

The stack listens on 127.0.0.1, which is a container's own in a container. On Linux `host.docker.internal` is the
address of the engine's bridge, on which nobody but its containers can call; here what comes there is passed on.
Docker Desktop does that itself.
"""

import argparse
import contextlib
import socket
import threading
import time
from types import TracebackType
from typing import Self

from local.stack.processes import PORTS

_HOST = "127.0.0.1"
_DEFAULT_PORT = 4566


class Relay:
    """While entered, passes connections to a stack's ports on `address` on to the same ports of 127.0.0.1."""

    def __init__(self, address: str, first_port: int) -> None:
        ports = range(first_port, first_port + PORTS)
        self._listeners = [socket.create_server((address, port)) for port in ports]

    def __enter__(self) -> Self:
        for listener in self._listeners:
            threading.Thread(target=_accept, args=(listener,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()


def _accept(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with contextlib.suppress(OSError):  # the listener is closed
        while True:
            caller, _ = listener.accept()
            try:
                target = socket.create_connection((_HOST, port))
            except OSError:
                caller.close()
                continue
            threading.Thread(target=_join, args=(caller, target), daemon=True).start()


def _join(caller: socket.socket, target: socket.socket) -> None:
    with caller, target:
        back = threading.Thread(target=_pump, args=(target, caller), daemon=True)
        back.start()
        _pump(caller, target)
        back.join()


def _pump(source: socket.socket, sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := source.recv(65536):
            sink.sendall(chunk)
        sink.shutdown(socket.SHUT_WR)


def main() -> None:
    """Returns after Ctrl-C."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("address", help="of the engine's bridge, mostly 172.17.0.1")
    parser.add_argument("--port", type=int, default=_DEFAULT_PORT, help="the stack's first")
    arguments = parser.parse_args()
    with Relay(arguments.address, arguments.port), contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)


if __name__ == "__main__":
    main()
