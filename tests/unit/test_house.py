"""The size limits of CONTRIBUTING.md, for every Python file in the repository."""

import ast
import subprocess
from pathlib import Path

import pytest

from local.stack.paths import ROOT

MAX_FILE_LINES = 250
MAX_FUNCTION_LINES = 40


def python_files() -> list[Path]:
    """The Python files that git tracks."""
    listed = subprocess.run(["git", "ls-files", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in listed.stdout.splitlines() if (path := ROOT / name).exists()]


def too_long(source: str) -> list[str]:
    """The file, and the functions in it, that exceed their limits."""
    lines = {"file": len(source.splitlines())}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines[f"{node.name}, line {node.lineno}"] = (node.end_lineno or 0) - node.lineno + 1
    limits = {"file": MAX_FILE_LINES}
    return [f"{name}: {count} lines" for name, count in lines.items() if count > limits.get(name, MAX_FUNCTION_LINES)]


def test_no_file_and_no_function_exceeds_the_size_limit() -> None:
    files = python_files()
    assert len(files) > 200
    found = {str(path.relative_to(ROOT)): too_long(path.read_text()) for path in files}
    assert {name: lines for name, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("x = 1\n" * 250, []),
        ("x = 1\n" * 251, ["file: 251 lines"]),
        ("def f():\n" + "    x = 1\n" * 39, []),
        ("def f():\n" + "    x = 1\n" * 40, ["f, line 1: 41 lines"]),
    ],
)
def test_a_file_or_function_above_the_limit_is_found(source: str, found: list[str]) -> None:
    assert too_long(source) == found
