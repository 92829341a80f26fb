"""docs/sam-local.md, done as it says by hand: in a copy of the repository, at the ports that it names."""

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
"""What commands that stay say when others may go on."""


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    folder = copy(tmp_path / "repository")
    (folder / ".aws-sam").symlink_to(ROOT / ".aws-sam")
    given = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    env = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))}
    return Shell(folder, env | given, tmp_path / "memory")


def test_it_can_be_done_as_it_says(shell: Shell) -> None:
    printed = []
    with ExitStack() as beside:
        for block in blocks(DOC):
            if block.stays:
                beside.enter_context(shell.beside(block.commands, READY[block.commands.strip()]))
            else:
                printed.append(shell.run(block.commands))
    invoked, called, tested = printed
    assert "Konsulttimme" in invoked
    assert "Konsulttimme" in called
    assert " passed" in tested.splitlines()[-1]
    assert " failed" not in tested


def test_there_is_no_other_command() -> None:
    assert DOC.read_text().count("```") == 2 * len(blocks(DOC))
