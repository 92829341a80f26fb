"""The client for reporting usage. After each test, VOSS behaves normally again."""

import uuid
from collections.abc import Iterator

import pytest

from local.stack.stack import LocalStack
from tests.e2e.voss.bridge import VossBridge


@pytest.fixture(scope="session")
def shared_bridge(stack: LocalStack) -> VossBridge:
    return VossBridge(stack)


@pytest.fixture
def bridge(shared_bridge: VossBridge) -> Iterator[VossBridge]:
    yield shared_bridge
    shared_bridge.reset()


@pytest.fixture
def key() -> str:
    return f"e2e-{uuid.uuid4()}"
