from collections.abc import Iterator

import pytest

from local.stack.processes import free_port
from local.stack.stack import LocalStack, local_stack


@pytest.fixture(scope="session")
def stack() -> Iterator[LocalStack]:
    with local_stack(free_port()) as running:
        yield running
