"""The child processes of the local stack, which end with their parent, and its ports."""

import contextlib
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

SERVICES = ("emulator of AWS", "API", "Axema simulator", "VOSS simulator", "identity simulator", "webhook receiver")
"""The servers of a stack, in the order of their ports."""

PORTS = len(SERVICES)
"""The number of ports that a stack takes, in a row."""

LOWEST_PORT, HIGHEST_PORT = 1024, 65535 - PORTS + 1
"""The range of a stack's first port."""

_FREE_PORTS = range(20_000, 32_760, 10)
"""First ports below those that Linux (from 32768) and the others (from 49152) give to outgoing connections."""

_STOP_SECONDS = 10


class StartError(Exception):
    """A part of the local stack did not start; the message says why and what to do."""


def start(command: Sequence[str], log: Path, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    """Start a process in its own process group, with its output in `log`.

    On Linux the kernel sends it SIGTERM when its parent dies.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("bound_child.py")), *command],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the process and every other process of its group."""
    if process.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_STOP_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, name: str, seconds: float = 30
) -> None:
    """Wait until a process is ready. Raises StartError, with the end of its log, if it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return
        time.sleep(0.05)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise StartError(f"{name} did not start. The end of its log ({log}):\n{tail}")


def first_port(text: str) -> int:
    """The stack's first port, as a person typed it. Raises StartError."""
    if text.isascii() and text.isdecimal() and LOWEST_PORT <= int(text[:6]) <= HIGHEST_PORT:
        return int(text)
    raise StartError(
        f"PORT={text} cannot be the first port: the stack takes {PORTS} ports in a row. "
        f"Choose a number from {LOWEST_PORT} to {HIGHEST_PORT}, for example PORT=4566."
    )


def require_free(port: int) -> None:
    """Raises StartError, with a first port that is free, if this port or one of the next five is in use."""
    for service, taken in zip(SERVICES, range(port, port + PORTS), strict=True):
        if not _is_free(taken):
            raise StartError(
                f"Port {taken}, for the {service}, is in use by another program. "
                f"Stop that program, or run this again with PORT={free_port_near(port)}."
            )


def free_port_near(port: int) -> int:
    """The port itself if it can be a stack's first one, or else another that can."""
    candidates = range(port, HIGHEST_PORT + 1, 10)
    return next((candidate for candidate in candidates if _are_free(candidate)), None) or free_port()


def free_port() -> int:
    """A port that is free now, like the five after it, and that no outgoing connection takes by chance."""
    while True:
        port = random.choice(_FREE_PORTS)
        if _are_free(port):
            return port


def _are_free(port: int) -> bool:
    return all(_is_free(candidate) for candidate in range(port, port + PORTS))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
