"""docs/decisions.md: its tables have the agreed format, and the files that it names exist."""

import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.stack.paths import ROOT

DOCUMENT = ROOT / "docs" / "decisions.md"
PLACES = (ROOT / "layers" / "bokabridge" / "bokabridge", ROOT)
"""The folders that paths in the document are relative to."""

HEADER = ["Decision", "Because", "Lives in"]


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of a table: the decision, its reason, and the paths in the last cell."""

    text: str
    reason: str
    paths: tuple[str, ...]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def decisions(markdown: str) -> list[Decision]:
    """The rows of all tables. Raises ValueError for another header, or for a row that does not have three cells."""
    found = []
    for table in re.findall(r"(?:^\|.*\n)+", markdown, re.MULTILINE):
        header, line, *rows = [cells(row) for row in table.splitlines()]
        if header != HEADER or set("".join(line)) != {"-"}:
            raise ValueError(f"The table's header is {header}, not {HEADER}.")
        for row in rows:
            text, reason, lives_in = row
            found.append(Decision(text, reason, tuple(re.findall(r"`([^`]+)`", lives_in))))
    return found


def exists(path: str) -> bool:
    return any((place / path).exists() for place in PLACES)


DECISIONS = decisions(DOCUMENT.read_text())


def test_every_section_is_a_table() -> None:
    sections = DOCUMENT.read_text().split("\n## ")[1:]
    assert len(sections) >= 9
    assert [section.splitlines()[0] for section in sections if not decisions(section)] == []
    assert len(DECISIONS) >= 80


@pytest.mark.parametrize("decision", DECISIONS, ids=lambda decision: decision.text[:60])
def test_decision_has_a_reason_and_names_files_that_exist(decision: Decision) -> None:
    assert decision.text
    assert decision.reason
    assert decision.paths
    assert [path for path in decision.paths if not exists(path)] == []


@pytest.mark.parametrize("document", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_a_page_about_the_code_names_only_files_that_exist(document: str) -> None:
    """A bare file name stands for a file next to one that the page names in full."""
    named = re.findall(r"`([\w./]+(?:\.\w+|/))`", (ROOT / document).read_text())
    assert len(named) > 10
    folders = {str(Path(path).parent) for path in named}
    missing = [path for path in named if not exists(path) and not any(exists(f"{folder}/{path}") for folder in folders)]
    assert missing == []


def test_path_may_start_in_the_package_or_at_the_root() -> None:
    assert exists("voss/reconcile.py")
    assert exists("template.yaml")
    assert exists("local/identity/")


def test_missing_path_is_detected() -> None:
    (decision,) = decisions("| Decision | Because | Lives in |\n|---|---|---|\n| A | B | `voss/nowhere.py` |\n")
    assert [path for path in decision.paths if not exists(path)] == ["voss/nowhere.py"]


def test_row_without_a_reason_and_table_with_another_header_are_detected() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        decisions("| Decision | Because | Lives in |\n|---|---|---|\n| A | `template.yaml` |\n")
    with pytest.raises(ValueError, match="header"):
        decisions("| Decision | Lives in |\n|---|---|\n| A | `template.yaml` |\n")
