"""`make sam-up`: its messages, and that it leaves no container and no network, however it ends."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from local.sam.network import containers_on
from local.stack.paths import ROOT
from local.stack.stack import LocalStack

LAST_LINE = "Ctrl-C ends it.\n"


@contextmanager
def sam_up(stack_file: Path, network: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "local.sam.up", "--stack-file", str(stack_file), "--network", network]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/layers/bokabridge", "TMPDIR": str(stack_file.parent)}
    with subprocess.Popen(command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as up:
        yield up


def read_until_up(up: subprocess.Popen[str]) -> str:
    assert up.stdout
    output = ""
    while not output.endswith(LAST_LINE):
        line = up.stdout.readline()
        assert line, up.stderr and up.stderr.read()
        output += line
    return output


def test_ctrl_c_leaves_no_container(stack: LocalStack, stack_file: Path) -> None:
    name = f"bokabridge-up-{stack.port}"
    with sam_up(stack_file, name) as up:
        assert "sam local start-api" in read_until_up(up)
        assert len(containers_on(name)) == 1
        up.send_signal(signal.SIGINT)
        output, error = up.communicate(timeout=60)
    assert (up.returncode, error) == (0, "")
    assert output.endswith("no container and no network is left.\n")
    assert containers_on(name) == []


def test_relay_ends_when_the_process_that_started_it_is_killed(stack: LocalStack, stack_file: Path) -> None:
    name = f"bokabridge-killed-{stack.port}"
    with sam_up(stack_file, name) as up:
        read_until_up(up)
        up.kill()
    deadline = time.monotonic() + 30
    while containers_on(name):
        assert time.monotonic() < deadline, "The relay is still running."
        time.sleep(0.1)


def test_without_a_stack_a_message_says_what_to_do(tmp_path: Path) -> None:
    with sam_up(tmp_path / "none.json", "bokabridge-none") as up:
        _, error = up.communicate(timeout=60)
    assert (up.returncode, error) == (1, "There is no stack: start one with `make up` first.\n")
