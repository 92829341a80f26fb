"""What `sam build` makes: small, the same every time, for both processors."""

import hashlib
import io
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from local.stack.paths import ROOT, SAM

BUDGET = 12_000_000
"""Bytes, zipped: both layers and all functions, without the authorizer's cryptography."""

MACHINES = {"arm64": "aarch64", "x86_64": "x86_64"}
IN_THE_RUNTIME = ("boto3", "botocore", "urllib3", "s3transfer")


def build(folder: Path, architecture: str) -> Path:
    """A build from nothing."""
    command = [
        str(SAM),
        "build",
        "--no-cached",
        "--build-dir",
        str(folder),
        "--parameter-overrides",
        f"Architecture={architecture}",
    ]
    env = {**os.environ, "PATH": f"{SAM.parent}:{os.environ['PATH']}", "SAM_CLI_TELEMETRY": "0"}
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def digests(folder: Path) -> dict[str, str]:
    """Every file's digest, by its path."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def zipped(folder: Path) -> int:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            archive.write(path, path.relative_to(folder))
    return len(buffer.getvalue())


@pytest.fixture(scope="module", params=MACHINES)
def architecture(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def built(architecture: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp(architecture) / "build", architecture)


def test_two_builds_give_the_same_bytes(built: Path, architecture: str, tmp_path: Path) -> None:
    assert digests(build(tmp_path / "build", architecture)) == digests(built)


def test_layers_and_functions_keep_to_their_budget(built: Path) -> None:
    parts = [folder for folder in built.iterdir() if folder.is_dir() and folder.name != "AuthorizerFunction"]
    assert len(parts) >= 7
    assert sum(zipped(folder) for folder in parts) < BUDGET


def test_nothing_is_packed_that_the_runtime_has_or_that_is_for_tests_only(built: Path) -> None:
    packages = {path.name for path in built.glob("*/*")} | {path.name for path in built.glob("DependenciesLayer/*/*")}
    assert packages.isdisjoint({*IN_THE_RUNTIME, "pytest", "tests", "moto"})
    assert list(built.rglob("*.pyc")) == []


def test_compiled_code_is_for_the_architecture(built: Path, architecture: str) -> None:
    libraries = [path.name for path in built.rglob("*.so") if "cpython" in path.name]
    assert libraries
    assert all(MACHINES[architecture] in name for name in libraries)


def test_only_the_authorizer_has_cryptography(built: Path) -> None:
    assert {path.relative_to(built).parts[0] for path in built.rglob("cryptography")} == {"AuthorizerFunction"}
