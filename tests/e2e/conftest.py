"""The whole stack, deployed once for all end-to-end tests."""

from collections.abc import Iterator

import pytest

from local.stack.processes import free_port
from local.stack.stack import LocalStack, local_stack
from tests.e2e.client import Bridge


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    """The built template on the emulator. Short page budgets let one run take several invocations.

    Schedules are due at the minute itself.
    """
    with local_stack(free_port(), {"PageBudgetSeconds": "2", "ScheduleFlexibleMinutes": "0"}) as running:
        yield running


@pytest.fixture
def bridge(stack: LocalStack) -> Bridge:
    """A client of the stack's API."""
    return Bridge(stack)
