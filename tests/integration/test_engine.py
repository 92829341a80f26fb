"""tools/engine: the container engine that it chooses, and its message if there is no engine."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import UnixStreamServer

import pytest

from local.stack.paths import ROOT


class EngineApi(BaseHTTPRequestHandler):
    """The two operations of a container engine that show that it is running."""

    def do_GET(self) -> None:
        body = b"OK" if self.path.endswith("/_ping") else json.dumps({"ApiVersion": "1.44"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def address_string(self) -> str:
        return "client"

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Keep the test's output free of log lines."""


@pytest.fixture
def socket(tmp_path: Path) -> Iterator[str]:
    """The address of a running engine."""
    with UnixStreamServer(str(tmp_path / "engine.sock"), EngineApi) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"unix://{tmp_path}/engine.sock"
        server.shutdown()


def engine(env: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "tools" / "engine"), *command],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_running_engine_is_used_and_the_commands_exit_code_is_returned(socket: str) -> None:
    done = engine({"DOCKER_HOST": socket}, "sh", "-c", 'echo "$DOCKER_HOST"; exit 3')
    assert (done.returncode, done.stdout.splitlines()[-1]) == (3, socket)


def test_podman_is_found_by_its_socket(socket: str, tmp_path: Path) -> None:
    (tmp_path / "podman").mkdir()
    (tmp_path / "podman" / "podman.sock").symlink_to(tmp_path / "engine.sock")
    given = {"DOCKER_HOST": f"unix://{tmp_path}/absent.sock", "XDG_RUNTIME_DIR": str(tmp_path)}
    done = engine(given, "sh", "-c", 'echo "$DOCKER_HOST"')
    assert done.stdout.splitlines()[-1] == f"unix://{tmp_path}/podman/podman.sock"


def test_without_an_engine_and_without_root_a_message_says_what_is_missing(tmp_path: Path) -> None:
    not_root = tmp_path / "id"
    not_root.write_text("#!/bin/sh\necho 1000\n")
    not_root.chmod(0o755)
    given = {
        "DOCKER_HOST": f"unix://{tmp_path}/absent.sock",
        "XDG_RUNTIME_DIR": str(tmp_path),
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
    }
    done = engine(given, "true")
    assert done.returncode == 1
    assert done.stderr == "sam local needs a container engine: start Docker or Podman, or run this as root on Debian.\n"
