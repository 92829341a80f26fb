"""A checkout of the repository that a developer deploys: it has git history and its own `dev` stage."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import yaml

from local.stack.emulator import REGION
from local.stack.package import API_ID
from local.stack.paths import ROOT, SAM

STACK = "bokabridge-dev"
_NOT_COPIED = (".git", ".venv", ".local", ".aws-sam", ".hypothesis", ".*_cache", "__pycache__", "node_modules")
_WORKFLOW = Path("functions/usersync/workflow.asl.yaml")
_EMULATED_NAME = "Runtime.HandlerError"
"""The emulator's Python worker gives this name to all exceptions."""


def api_url(aws_url: str) -> str:
    """The URL at which the emulator serves the API of the stage dev."""
    return f"{aws_url}/restapis/{API_ID}/dev/_user_request_"


def copy(folder: Path) -> Path:
    """A copy of the repository, with links to the environments that `make` installed."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*_NOT_COPIED))
    (folder / ".venv").symlink_to(ROOT / ".venv")
    (folder / ".local").mkdir()
    (folder / ".local" / "env").symlink_to(ROOT / ".local" / "env")
    return folder


def checkout(folder: Path, aws_url: str, parameters: Mapping[str, str]) -> Path:
    """Copy the repository to `folder`, adapt it to the emulator, and commit it there.

    The copy's `dev` has other parameters, is built for this machine's processor, and gives its API a fixed id. Its
    workflow is written as JSON, because the emulator does not read YAML, and retries any exception like WorkerBusy.
    """
    copy(folder)
    architecture = "Architecture=" + ("arm64" if os.uname().machine in ("aarch64", "arm64") else "x86_64")
    own = {"PublicUrl": api_url(aws_url), "LocalEndpointUrl": aws_url, **parameters}
    _replace(
        folder / "samconfig.toml",
        {
            "[default.build.parameters]\n": f'[default.build.parameters]\nparameter_overrides = "{architecture}"\n',
            '"Stage=dev ': f'"Stage=dev {architecture} ' + "".join(f"{name}={value} " for name, value in own.items()),
            '"application=bokabridge stage=dev"': f'"application=bokabridge stage=dev ms-custom-id={API_ID}"',
        },
    )
    workflow = folder / _WORKFLOW
    workflow.write_text(json.dumps(yaml.safe_load(workflow.read_text().replace("WorkerBusy", _EMULATED_NAME))))
    git(folder, "init", "--quiet", "--initial-branch", "main")
    commit(folder, "First version")
    return folder


def environment(aws_url: str, home: Path) -> dict[str, str]:
    """Environment variables for deploying to the emulator. sam leaves folders in `home`."""
    return {
        "PATH": f"{SAM.parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "TMPDIR": str(home),
        "AWS_ENDPOINT_URL": aws_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "SAM_CLI_TELEMETRY": "0",
    }


def sam(folder: Path, aws_url: str, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the real `sam` in a folder, against the emulator."""
    return subprocess.run(
        [str(SAM), *arguments],
        cwd=folder,
        env=environment(aws_url, home),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def change(folder: Path, file: str, before: str, after: str) -> None:
    """Change a file and commit it."""
    _replace(folder / file, {before: after})
    commit(folder, f"Change {file}")


def commit(folder: Path, message: str) -> None:
    git(folder, "add", "--all")
    git(folder, "-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "--quiet", "-m", message)


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=folder, check=True, capture_output=True, timeout=30)


def _replace(file: Path, replacements: Mapping[str, str]) -> None:
    text = file.read_text()
    for before, after in replacements.items():
        assert text.count(before) == 1, f"{file.name} has {before!r} {text.count(before)} times"
        text = text.replace(before, after)
    file.write_text(text)
