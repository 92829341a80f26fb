"""The launcher: what it says, and that it leaves nothing behind however it ends."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from local.stack.processes import free_port
from tests.e2e.processes import processes_of
from tests.e2e.waiting import wait_for

STARTED_WITHIN = GONE_WITHIN = 60.0
"""Seconds."""


def launch(port: int, stack_file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "local.up", "--port", str(port), "--stack-file", str(stack_file)]
    env = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT}/layers/bokabridge", "TMPDIR": str(stack_file.parent)}
    return subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_ctrl_c_leaves_nothing_running_and_a_busy_port_is_told(tmp_path: Path) -> None:
    port, stack_file = free_port(), tmp_path / "stack.json"
    with launch(port, stack_file) as first:
        wait_for(stack_file.exists, STARTED_WITHIN)
        wait_for(lambda: stack_file.read_text().endswith("}\n"), STARTED_WITHIN)
        stack = json.loads(stack_file.read_text())
        assert {"ApiUrl", "AxemaUrl", "IdentityUrl", "Companies", "Tokens", "ApiKeys", "Users"} <= set(stack)
        assert stack_file.stat().st_mode & 0o077 == 0
        assert set(stack["Tokens"]) == {"write", "read", "superadmin", "none", "expired", "otherCompany"}

        second = launch(port, tmp_path / "second.json")
        _, complaint = second.communicate(timeout=60)
        assert second.returncode == 1
        assert f"Port {port} is in use" in complaint
        assert "make up PORT=" in complaint

        first.send_signal(signal.SIGINT)
        said, complaint = first.communicate(timeout=60)
    assert (first.returncode, complaint) == (0, "")
    assert said.endswith("Stopped; nothing is left running.\n")
    assert not stack_file.exists()
    assert processes_of(f"http://127.0.0.1:{port}") == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their killed parent")
def test_a_launcher_that_is_killed_takes_its_children_with_it(tmp_path: Path) -> None:
    port, stack_file = free_port(), tmp_path / "stack.json"
    with launch(port, stack_file) as launcher:
        wait_for(stack_file.exists, STARTED_WITHIN)
        launcher.kill()
        launcher.communicate(timeout=60)
    wait_for(lambda: processes_of(f"http://127.0.0.1:{port}") == [], GONE_WITHIN)
