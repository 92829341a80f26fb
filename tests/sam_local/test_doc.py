"""The commands of docs/sam-local.md, run in a copy of the repository, at the ports that the page names."""

import os
from contextlib import ExitStack
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from tests.docs import blocks
from tests.e2e.checkout import copy
from tests.e2e.shell import Shell

DOC = ROOT / "docs" / "sam-local.md"

READY = {"make up": "Ctrl-C stops it.", "make sam-up": "Ctrl-C ends it.", "sam local start-api": "Running on http"}
"""The line that a command prints when the next block may run, for the commands that keep running."""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    folder = copy(tmp_path / "repository")
    (folder / ".aws-sam").symlink_to(ROOT / ".aws-sam")
    given = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return Shell(folder, env | given, tmp_path / "memory")


def test_commands_of_the_document_work(shell: Shell) -> None:
    printed = []
    with ExitStack() as background:
        for block in blocks(DOC):
            if block.keeps_running:
                background.enter_context(shell.in_background(block.commands, READY[block.commands.strip()]))
            else:
                printed.append(shell.run(block.commands))
    invoked, called, tested = printed
    assert "Konsulttimme" in invoked
    assert "Konsulttimme" in called
    assert " passed" in tested.splitlines()[-1]
    assert " failed" not in tested


def test_document_has_no_other_commands() -> None:
    assert DOC.read_text().count("```") == 2 * len(blocks(DOC))
