"""`sam local start-api`: the end-to-end suite with the API in containers, in front of the embedded stack."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from local.stack.paths import ROOT
from local.stack.processes import free_port
from tests.sam_local.sam_local import SamLocal


@pytest.mark.timeout(1800)
def test_end_to_end_suite_passes(
    sam_local: SamLocal, stack_file: Path, record_property: Callable[[str, object], None]
) -> None:
    with sam_local.api(free_port()) as url:
        suite = [sys.executable, "-m", "pytest", "tests/e2e", "--api-url", url, "--stack-file", str(stack_file)]
        done = subprocess.run(suite, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    record_property("tests/e2e through sam local start-api", done.stdout.splitlines()[-1].strip("= "))
