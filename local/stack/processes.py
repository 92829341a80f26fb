"""Child processes that end with us, whatever ends us."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

PORTS = 5
"""How many ports in a row a stack takes."""

_STOP_SECONDS = 10


class StartError(Exception):
    """Something of the local stack did not start; the message says what to do."""


def start(command: Sequence[str], log: Path, env: Mapping[str, str], cwd: Path) -> subprocess.Popen[bytes]:
    """Starts a process in a group of its own, its output in `log`; on Linux it gets SIGTERM when we die."""
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
    """Ends the process and everything in its group."""
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
    """Waits for a process to be ready. Raises StartError with the end of its log when it is not."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline:
        if ready():
            return
        time.sleep(0.05)
    tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
    raise StartError(f"{name} did not start. The end of its log ({log}):\n{tail}")


def require_free(port: int) -> None:
    """Raises StartError, with ports that are free, unless this one and those after it are."""
    if _are_free(port):
        return
    other = next(candidate for candidate in range(port + 10, 65000, 10) if _are_free(candidate))
    raise StartError(f"Port {port} is in use, perhaps by another `make up`. Try another: make up PORT={other}")


def free_port() -> int:
    """A port that is free now, and so are those after it."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        if port < 65000 and _are_free(port):
            return port


def _are_free(port: int) -> bool:
    for candidate in range(port, port + PORTS):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                return False
    return True
