"""The embedded stack, the network through which containers reach it, and `sam local`."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.sam.network import stack_network
from local.stack.processes import free_port
from local.stack.stack import LocalStack
from local.up import published_stack
from tests.sam_local.sam_local import SamLocal


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Show the last line of the end-to-end suite's output."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties:
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session")
def stack_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack") / "stack.json"


@pytest.fixture(scope="session")
def stack(stack_file: Path) -> Iterator[LocalStack]:
    """The stack that `make up` starts."""
    with published_stack(free_port(), stack_file) as running:
        yield running


@pytest.fixture(scope="session")
def network(stack: LocalStack) -> Iterator[str]:
    """The network that `make sam-up` creates, under another name, so that a developer's own network is not touched."""
    name = f"bokabridge-{stack.port}"
    with stack_network(stack.port, name):
        yield name


@pytest.fixture(scope="session")
def sam_local(stack: LocalStack, network: str, tmp_path_factory: pytest.TempPathFactory) -> SamLocal:
    return SamLocal(stack, network, tmp_path_factory.mktemp("sam-local"))
