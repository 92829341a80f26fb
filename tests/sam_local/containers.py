"""`sam local`, as a person types it, with what differs on this machine."""

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from local.stack.emulator import REGION
from local.stack.paths import BUILD, ROOT, SAM
from local.stack.processes import start, stop, wait_until
from local.stack.sam_env import HOST_OF_CONTAINERS

SECONDS = 120
"""How long one `sam local invoke` may take: it builds an image with the layers first."""

ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


def docker(*arguments: str) -> str:
    """The output of the engine's command."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True, timeout=30)
    return done.stdout.strip()


def bridge_address() -> str:
    """Where containers find this machine."""
    return docker("network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}") or "172.17.0.1"


def our_containers() -> list[str]:
    """The ids of containers that have one of our functions mounted, whoever else uses this engine."""
    filters = [part for folder in BUILD.glob("*Function") for part in ("--filter", f"volume={folder}")]
    return docker("ps", "--all", "--quiet", *filters).split()


class SamLocal:
    """`sam local` against the stack at this port."""

    def __init__(self, port: int, env_file: Path, scratch: Path) -> None:
        image = os.environ.get("LAMBDA_IMAGE", "")
        self._scratch = scratch
        self._options = [
            "--parameter-overrides",
            f"LocalEndpointUrl=http://{HOST_OF_CONTAINERS}:{port} Architecture={ARCHITECTURE}",
            "--env-vars",
            str(env_file),
            "--add-host",
            f"{HOST_OF_CONTAINERS}:{bridge_address()}",
            *(["--skip-pull-image", "--invoke-image", image] if image else []),
        ]
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "SAM_CLI_TELEMETRY": "0",
            "SAM_CLI_CONTAINER_CONNECTION_TIMEOUT": "60",
        }

    def invoke(self, function: str, event: Path) -> str:
        """What the function answered, as it is printed."""
        done = subprocess.run(
            [str(SAM), "local", "invoke", function, "--event", str(event), *self._options],
            cwd=ROOT,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def api(self, port: int) -> Iterator[str]:
        """The URL of `sam local start-api`, with its containers warm."""
        url, log = f"http://127.0.0.1:{port}", self._scratch / "start-api.log"
        command = [str(SAM), "local", "start-api", "--port", str(port), "--warm-containers", "EAGER", *self._options]
        process = start(command, log, self._env, ROOT)
        try:
            wait_until(lambda: _answers(url), process, log, "sam local start-api", seconds=240)
            yield url
        finally:
            stop(process)
            for container in our_containers():
                docker("rm", "--force", container)


def _answers(url: str) -> bool:
    try:
        urllib3.request("GET", url, retries=False, timeout=1)
    except urllib3.exceptions.HTTPError:
        return False
    return True
