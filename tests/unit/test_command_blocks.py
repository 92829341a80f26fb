"""The commands in the documents can be pasted into any shell: an interactive zsh does not know comments."""

import re
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from tests.docs import blocks

DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_commands_have_no_comments(document: Path) -> None:
    lines = [line for block in blocks(document) for line in block.commands.splitlines()]
    assert [line for line in lines if re.search(r"(^|\s)#", line)] == []
