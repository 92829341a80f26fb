"""The embedded stack, and `sam local` that is told where it is."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.sam.relay import Relay
from local.stack.processes import free_port
from local.stack.sam_env import sam_env
from local.stack.stack import LocalStack, local_stack
from tests.sam_local.containers import SamLocal, bridge_address


@pytest.fixture(scope="session")
def port() -> int:
    return free_port()


@pytest.fixture(scope="session")
def stack(port: int) -> Iterator[LocalStack]:
    """The stack, within the reach of containers."""
    with local_stack(port) as running, Relay(bridge_address(), port):
        yield running


@pytest.fixture(scope="session")
def sam_local(stack: LocalStack, port: int, tmp_path_factory: pytest.TempPathFactory) -> SamLocal:
    scratch: Path = tmp_path_factory.mktemp("sam-local")
    env_file = scratch / "sam-env.json"
    env_file.write_text(json.dumps(sam_env(stack.deployment)))
    return SamLocal(port, env_file, scratch)
