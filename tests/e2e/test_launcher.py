"""The launcher: what it prints, whom it gives way to, and that it leaves nothing behind however it ends."""

import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from local.stack.processes import free_port
from tests.e2e.processes import processes_of
from tests.e2e.waiting import wait_for

SECONDS = 240.0


def command(module: str, port: object, stack_file: Path) -> list[str]:
    return [sys.executable, "-m", module, "--port", str(port), "--stack-file", str(stack_file)]


def environment(scratch: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/layers/bokabridge", "TMPDIR": str(scratch)}


@contextmanager
def launched(arguments: list[str], scratch: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        arguments,
        cwd=ROOT,
        env=environment(scratch),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)


def refused(port: object, stack_file: Path) -> str:
    """What a launcher prints that does not start."""
    done = subprocess.run(
        command("local.up", port, stack_file),
        cwd=ROOT,
        env=environment(stack_file.parent),
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    return done.stderr


@dataclass(frozen=True, slots=True)
class Stack:
    """A launcher that keeps a stack up, and a demo that was started while it started."""

    launcher: subprocess.Popen[str]
    demo: subprocess.Popen[str]
    port: int
    file: Path


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    scratch: Path = tmp_path_factory.mktemp("launcher")
    port, file = free_port(), scratch / "stack.json"
    with launched(command("local.up", port, file), scratch) as launcher:
        wait_for(file.with_name("stack.json.lock").exists, SECONDS)
        with launched(command("local.demo", free_port(), file), scratch) as demo:
            wait_for(file.exists, SECONDS)
            yield Stack(launcher, demo, port, file)


def test_the_stack_file_is_complete_and_private(up: Stack) -> None:
    stack = json.loads(up.file.read_text())
    assert {"ApiUrl", "AxemaUrl", "IdentityUrl", "Companies", "Tokens", "ApiKeys", "Users"} <= set(stack)
    assert set(stack["Tokens"]) == {"write", "read", "superadmin", "none", "expired", "otherCompany"}
    assert up.file.stat().st_mode & 0o077 == 0


def test_a_second_stack_with_the_same_file_is_refused_and_changes_nothing(up: Stack) -> None:
    before, other = up.file.read_text(), free_port()
    complaint = refused(other, up.file)
    assert f"process {json.loads(before)['ProcessId']}, API http://127.0.0.1:{up.port + 1}" in complaint
    assert complaint.endswith(f"make up PORT={other} STACK_FILE={up.file.parent}/stack-{other}.json\n")
    assert up.file.read_text() == before


def test_a_second_stack_on_overlapping_ports_names_the_one_that_is_busy(up: Stack, tmp_path: Path) -> None:
    complaint = refused(up.port - 2, tmp_path / "stack.json")
    assert complaint.startswith(f"Port {up.port}, for the Axema simulator, is in use by another program. ")
    assert "run this again with PORT=" in complaint


@pytest.mark.parametrize("port", ["0", "65534", "abc"])
def test_an_impossible_port_is_a_sentence(port: str, tmp_path: Path) -> None:
    assert refused(port, tmp_path / "stack.json").startswith(f"PORT={port} cannot be the first port: ")


def test_a_demo_waits_for_a_stack_that_is_starting_and_uses_it(up: Stack) -> None:
    shown, complaint = up.demo.communicate(timeout=SECONDS)
    assert (up.demo.returncode, complaint) == (0, ""), shown
    assert f"Using the stack that is up at http://127.0.0.1:{up.port + 1}." in shown


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their killed parent")
def test_a_killed_launcher_leaves_no_process_and_the_next_one_takes_its_file_over(tmp_path: Path) -> None:
    port, file = free_port(), tmp_path / "stack.json"
    with launched(command("local.up", port, file), tmp_path) as killed:
        wait_for(file.exists, SECONDS)
        killed.kill()
        killed.communicate(timeout=SECONDS)
    wait_for(lambda: processes_of(f"http://127.0.0.1:{port}") == [], SECONDS)
    assert process_of(file) == killed.pid
    for left in tmp_path.glob("bokabridge-*"):
        shutil.rmtree(left)

    with launched(in_background(command("local.up", port, file)), tmp_path) as script:
        wait_for(lambda: file.exists() and process_of(file) != killed.pid, SECONDS)
        os.kill(process_of(file), signal.SIGINT)
        printed, complaint = script.communicate(timeout=SECONDS)
    assert (script.returncode, complaint) == (0, "")
    assert printed.endswith("Stopped; nothing is left running.\n")
    assert list(tmp_path.iterdir()) == []
    assert processes_of(f"http://127.0.0.1:{port}") == []


def in_background(arguments: list[str]) -> list[str]:
    """A script that starts a command with `&`, for which its shell ignores SIGINT."""
    return ["sh", "-c", f"{shlex.join(arguments)} & wait $!"]


def process_of(file: Path) -> int:
    process: int = json.loads(file.read_text())["ProcessId"]
    return process


def test_sigterm_stops_a_stack_that_is_starting(tmp_path: Path) -> None:
    file = tmp_path / "stack.json"
    with launched(command("local.up", free_port(), file), tmp_path) as launcher:
        wait_for(lambda: any(tmp_path.glob("bokabridge-*")), SECONDS)
        launcher.terminate()
        printed, complaint = launcher.communicate(timeout=SECONDS)
    assert (launcher.returncode, complaint, printed) == (0, "", "\nStopped; nothing is left running.\n")
    assert list(tmp_path.iterdir()) == []
