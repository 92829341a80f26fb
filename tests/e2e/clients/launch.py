"""Starts ServiceStack's clients, each in a folder like a user's project, with our DTOs and a driver."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import urllib3

from local.stack.paths import ROOT

CLIENTS = ROOT / ".local" / "env" / "clients"
NODE_MODULES = ROOT / ".local" / "env" / "npm" / "node_modules"
_DRIVERS = Path(__file__).parent


@contextmanager
def pypi_client(folder: Path, api_url: str) -> Iterator[subprocess.Popen[str]]:
    """PyPI's servicestack with the DTOs of /types/python."""
    with _running(str(CLIENTS / "bin" / "python"), "pypi_driver.py", "python", folder, api_url) as process:
        yield process


@contextmanager
def npm_client(folder: Path, api_url: str) -> Iterator[subprocess.Popen[str]]:
    """npm's @servicestack/client with the DTOs of /types/mjs."""
    (folder / "node_modules").symlink_to(node_modules())
    with _running("node", "npm_driver.mjs", "mjs", folder, api_url) as process:
        yield process


def node_modules() -> Path:
    """The folder of npm packages. Skips the test on a machine without Node, which CI must have."""
    if shutil.which("node") is None and not os.environ.get("CI"):
        pytest.skip("This machine has no Node, which npm's client needs.")
    assert NODE_MODULES.exists(), "Run `make clients-ready` first."
    return NODE_MODULES


def download(api_url: str, path: str, file: Path) -> None:
    """Save what the API has at this path, which is open to everybody."""
    response = urllib3.request("GET", api_url + path)
    assert response.status == 200, response.data
    file.write_bytes(response.data)


@contextmanager
def _running(program: str, driver: str, language: str, folder: Path, api_url: str) -> Iterator[subprocess.Popen[str]]:
    download(api_url, f"/types/{language}", folder / f"dtos{'.py' if language == 'python' else f'.{language}'}")
    shutil.copy(_DRIVERS / driver, folder)
    with subprocess.Popen(
        [program, driver], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield process
