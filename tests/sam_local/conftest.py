"""The embedded stack, the network on which containers find it, and `sam local`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.sam.network import stack_network
from local.stack.processes import free_port
from local.stack.stack import LocalStack
from local.up import published_stack
from tests.sam_local.sam_local import SamLocal


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Says what the suite said at its end."""
    for report in terminalreporter.getreports("passed"):
        for name, said in report.user_properties:
            terminalreporter.write_line(f"{name}: {said}")


@pytest.fixture(scope="session")
def stack_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack") / "stack.json"


@pytest.fixture(scope="session")
def stack(stack_file: Path) -> Iterator[LocalStack]:
    """What `make up` starts."""
    with published_stack(free_port(), stack_file) as running:
        yield running


@pytest.fixture(scope="session")
def network(stack: LocalStack) -> Iterator[str]:
    """What `make sam-up` makes, under a name that leaves a developer's own alone."""
    name = f"bokabridge-{stack.port}"
    with stack_network(stack.port, name):
        yield name


@pytest.fixture(scope="session")
def sam_local(stack: LocalStack, network: str, tmp_path_factory: pytest.TempPathFactory) -> SamLocal:
    return SamLocal(stack, network, tmp_path_factory.mktemp("sam-local"))
