"""A stack of its own, because `doctor` would find what other tests leave behind."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.processes import free_port
from local.stack.stack import LocalStack, local_stack
from tests.e2e.runbook.on_call import OnCall, on_call


@pytest.fixture(scope="package")
def stack() -> Iterator[LocalStack]:
    with local_stack(free_port()) as running:
        yield running


@pytest.fixture
def engineer(stack: LocalStack, tmp_path: Path) -> OnCall:
    return on_call(stack, tmp_path)
