"""tools/env and tools/alone: what they say when no Python can be had, and that two of them do not meet."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from local.stack.processes import free_port

COMMANDS = ("cat", "dirname", "ln", "mkdir", "readlink", "rm", "sed", "sh", "sleep", "tail", "touch")

OLD_PYTHON = '#!/bin/sh\n# a Python 3.8: "is it 3.9 or newer" fails\nexit 1\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A clone, as much of it as the tools read, in a folder with spaces in its name."""
    folder = tmp_path / "a new folder"
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    (folder / "bin").mkdir()
    for name in COMMANDS:
        found = shutil.which(name)
        assert found
        (folder / "bin" / name).symlink_to(found)
    for name in ("python3", "python3.13", "python"):
        (folder / "bin" / name).write_text(OLD_PYTHON)
        (folder / "bin" / name).chmod(0o755)
    return folder


@pytest.fixture
def with_uv(folder: Path) -> Path:
    """The same after uv has been installed."""
    (folder / ".local").mkdir()
    (folder / ".local" / "uv").symlink_to(ROOT / ".local" / "uv")
    return folder


def env_tool(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["tools/env", "made", "requirements/tools.txt"],
        cwd=folder,
        env={"PATH": str(folder / "bin"), "HOME": str(folder), "TMPDIR": str(folder), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_without_python_3_9_one_sentence_is_all_that_is_printed(folder: Path) -> None:
    done = env_tool(folder)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "Python 3.9 or newer with its venv module was not found. "
        "Install one (Debian: apt-get install python3-venv) and run make again.\n"
    )


def test_without_python_3_13_and_without_a_network_it_says_within_seconds_what_to_do(with_uv: Path) -> None:
    began = time.monotonic()
    done = env_tool(with_uv, UV_PYTHON_INSTALL_MIRROR=f"http://127.0.0.1:{free_port()}")
    assert time.monotonic() - began < 10
    said, reason, advice = done.stderr.splitlines()
    assert done.returncode == 1
    assert said == "· Python 3.13, which this machine does not have"
    assert reason.startswith("Python 3.13 was not found on this machine, and uv could not download it: ")
    assert "refused" in reason
    assert advice.startswith("Install python3.13, or give uv network access ")
    assert not (with_uv / "made").exists()


def test_a_forbidden_download_is_the_reason(with_uv: Path) -> None:
    assert "downloads are not allowed" in env_tool(with_uv, UV_PYTHON_DOWNLOADS="never").stderr


def alone(folder: Path, script: str) -> subprocess.Popen[str]:
    command = ["tools/alone", "sh", "-c", script]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def slow(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """An installation that runs until the file `go` exists."""
    with alone(folder, "echo begun; until [ -e go ]; do sleep .05; done; echo first >> order") as process:
        assert process.stdout
        assert process.stdout.readline() == "begun\n"
        yield process
        (folder / "go").touch()


def test_a_second_installation_waits_says_for_whom_and_runs_then(folder: Path, slow: subprocess.Popen[str]) -> None:
    with alone(folder, "echo second >> order; exit 3") as second:
        assert second.stderr
        waiting = second.stderr.readline()
        assert waiting == f"· waiting for another make (process {slow.pid}), which installs into this folder\n"
        (folder / "go").touch()
        assert second.wait(timeout=30) == 3
    assert (folder / "order").read_text() == "first\nsecond\n"
    assert list((folder / ".local").iterdir()) == []


def test_an_installation_that_was_killed_is_not_waited_for(folder: Path) -> None:
    with alone(folder, "kill -KILL $PPID") as killed:
        killed.communicate(timeout=30)
    assert killed.returncode == -signal.SIGKILL
    assert os.readlink(folder / ".local" / "installing") == str(killed.pid)  # noqa: PTH115
    with alone(folder, "echo installed") as process:
        assert process.communicate(timeout=30) == ("installed\n", "")
