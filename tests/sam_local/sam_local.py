"""The `sam local` command, with the options that this machine and this stack need."""

import os
import platform
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import urllib3

from local.identity.realm_api import REALM_PATH
from local.sam.network import PARAMETERS_FILE
from local.sam.template import write_start_api_template
from local.stack.emulator import REGION
from local.stack.paths import ROOT, SAM
from local.stack.processes import start, stop, wait_until
from local.stack.stack import LocalStack

INVOKE_TIMEOUT_SECONDS = 120
"""For one `sam local invoke`, which first builds an image with the layers."""

ARCHITECTURE = "arm64" if platform.machine() in ("aarch64", "arm64") else "x86_64"


class SamLocal:
    """`sam local` against a stack, on its own network. Other options come from samconfig.toml."""

    def __init__(self, stack: LocalStack, network: str, scratch: Path) -> None:
        self._scratch = scratch
        self._network = network
        self._parameters = [
            f"file://{PARAMETERS_FILE}",
            f"Architecture={ARCHITECTURE}",
            f"IdentityIssuer={stack.identity_url}{REALM_PATH}",
        ]
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL_STS": stack.deployment.aws_url,  # sam calls STS to find the account
            "SAM_CLI_TELEMETRY": "0",
            "TMPDIR": str(scratch),  # sam does not delete its temporary folders
            "SAM_CLI_CONTAINER_CONNECTION_TIMEOUT": "60",
        }

    def invoke(self, function: str, event: Path) -> str:
        """The function's result, as `sam local invoke` prints it."""
        done = subprocess.run(
            self._command("invoke", function, "--event", str(event)),
            cwd=ROOT,
            env=self._env,
            capture_output=True,
            text=True,
            timeout=INVOKE_TIMEOUT_SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    @contextmanager
    def api(self, port: int) -> Iterator[str]:
        """The URL of `sam local start-api`, with its containers warm."""
        url, log = f"http://127.0.0.1:{port}", self._scratch / "start-api.log"
        write_start_api_template()
        command = self._command("start-api", "--port", str(port), parameters=[f"PublicUrl={url}"])
        process = start(command, log, self._env, ROOT)
        try:
            wait_until(lambda: _responds(url), process, log, "sam local start-api", seconds=240)
            yield url
        finally:
            stop(process)

    def _command(self, name: str, *arguments: str, parameters: list[str] | None = None) -> list[str]:
        overrides = ["--parameter-overrides", *self._parameters, *(parameters or [])]
        return [str(SAM), "local", name, *arguments, *overrides, "--docker-network", self._network]


def _responds(url: str) -> bool:
    try:
        urllib3.request("GET", url, retries=False, timeout=1)
    except urllib3.exceptions.HTTPError:
        return False
    return True
