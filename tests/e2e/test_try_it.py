"""The README's "Try it" and "The local stack", run as written, in a folder with spaces in its name."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from local.stack.processes import free_port
from tests.docs import Block, blocks
from tests.e2e.checkout import copy
from tests.e2e.shell import Shell
from tests.e2e.waiting import wait_for

README = ROOT / "README.md"
SECONDS = 240


def written_in(section: str) -> list[Block]:
    return [block for block in blocks(README) if block.section == section]


DEMO, UP, CALLS = written_in("Try it")
(STEERING,) = written_in("The local stack")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy(tmp_path_factory.mktemp("a newcomer's folder") / "boka bridge")
    (folder / ".aws-sam").symlink_to(ROOT / ".aws-sam")
    return folder


@pytest.fixture(scope="module")
def env(folder: Path) -> dict[str, str]:
    """What a stranger's shell has, and ports that are free on this machine."""
    ours = ("AWS_", "PYTHON", "MAKE", "MFLAGS", "STACK_FILE")
    given = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**given, "PORT": str(free_port()), "TMPDIR": str(folder.parent)}


def run(shell: str, commands: str, folder: Path, env: dict[str, str]) -> str:
    done = subprocess.run(
        [shell, "-c", commands], cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout + done.stderr
    return done.stdout


def test_of_two_demos_at_once_one_shows_everything_and_one_says_to_wait(folder: Path, env: dict[str, str]) -> None:
    command = ["bash", "-c", DEMO.commands]
    with subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as first:
        wait_for((folder / ".local" / "stack.json.demo-lock").exists, SECONDS)
        second = subprocess.run(
            command, cwd=folder, env=env, capture_output=True, text=True, timeout=SECONDS, check=False
        )
        shown, complaint = first.communicate(timeout=SECONDS)
    assert second.returncode != 0
    assert "another demo is running (process " in second.stdout
    assert "Traceback" not in second.stdout + second.stderr
    assert (first.returncode, complaint) == (0, "")
    assert shown.count("Shown:") == 3
    assert sorted(path.name for path in (folder / ".local").iterdir()) == ["env"]


def test_the_commands_start_a_sync_wait_for_its_end_and_list_customers(
    folder: Path, env: dict[str, str], tmp_path: Path
) -> None:
    assert UP.keeps_running
    with Shell(folder, env, tmp_path / "memory").in_background(UP.commands, "Ctrl-C stops it."):
        for shell in filter(shutil.which, ("bash", "zsh")):
            *statuses, customers = run(shell, CALLS.commands, folder, env).partition("Completed\n")
            assert set("".join(statuses).split()) <= {"Pending", "Processing", "Completed"}
            page = json.loads(customers)
            assert page["Total"] >= len(page["Results"]) == 5
            assert all("berg" in " ".join(map(str, customer.values())).lower() for customer in page["Results"])
        steered = run("bash", STEERING.commands, folder, env)
    assert '"badRecords":5' in steered.replace(" ", "")


def test_every_block_of_the_two_sections_is_run_and_has_no_comment_for_zsh_to_refuse() -> None:
    for section, ran in (("Try it", [DEMO, UP, CALLS]), ("The local stack", [STEERING])):
        text = README.read_text().partition(f"## {section}\n")[2].partition("\n## ")[0]
        assert text.count("\n```") == 2 * len(ran)
        assert not any("#" in block.commands for block in ran)
