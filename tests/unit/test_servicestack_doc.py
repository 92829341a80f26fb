"""docs/servicestack.md: every cell of its tables says something, and the tests that it names exist."""

import json
import re
from fnmatch import fnmatch
from functools import cache

import pytest

from local.stack.paths import ROOT

HEADER = ["Feature", "ServiceStack's behaviour, and its source", "Ours", "Test"]
TABLES = re.findall(r"(?:^\|.*\n)+", (ROOT / "docs" / "servicestack.md").read_text(), re.MULTILINE)
ROWS = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for table in TABLES for row in table.splitlines()]
FEATURES = [row for row in ROWS if row != HEADER and set("".join(row)) != {"-"}]
VECTORS = json.loads((ROOT / "tests" / "data" / "servicestack_vectors.json").read_text())["vectors"]


@cache
def functions() -> dict[str, set[str]]:
    """The test functions by the name of their file. Two files of the same name count as one."""
    found: dict[str, set[str]] = {}
    for path in (ROOT / "tests").rglob("test_*.py"):
        found.setdefault(path.stem, set()).update(
            re.findall(r"^(?:    )?def (test_\w+)", path.read_text(), re.MULTILINE)
        )
    return found


def exists(test: str) -> bool:
    file, _, name = test.partition("::")
    if file == "vectors":
        return any(fnmatch(vector["name"], name) for vector in VECTORS)
    return bool(functions().get(file)) and (not name or name in functions()[file])


def test_all_tables_have_the_same_columns() -> None:
    assert [table.splitlines()[0] for table in TABLES] == [f"| {' | '.join(HEADER)} |"] * len(TABLES)
    assert len(FEATURES) >= 110


@pytest.mark.parametrize("feature", FEATURES, ids=lambda feature: feature[0])
def test_feature_has_no_empty_cell_and_names_tests_that_exist(feature: list[str]) -> None:
    assert len(feature) == len(HEADER)
    assert not [cell for cell in feature if not re.search(r"\w", cell)]
    assert re.search(r"\.cs\b|\brun\b|BokaMera's page", feature[1]), "ServiceStack's behaviour has no source."
    named = re.findall(r"`([^`]+)`", feature[3])
    assert named
    assert [test for test in named if not exists(test)] == []


@pytest.mark.parametrize(
    "test", ["test_nothing", "test_routes::test_nothing", "vectors::nothing_*", "test_servicestack_doc::test_routes"]
)
def test_missing_tests_are_noticed(test: str) -> None:
    assert not exists(test)
