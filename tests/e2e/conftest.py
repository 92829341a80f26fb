"""The stack under test: a new one, or a running one behind any of its APIs."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from local.stack.paths import STACK_FILE
from local.stack.processes import free_port
from local.stack.stack import LocalStack, local_stack
from tests.e2e.client import Bridge
from tests.e2e.gateway import SAM_LOCAL, Gateway, gateway_at

_CALL_THE_API = {"bridge", "client", "page", "shown", "walk"}
"""The fixtures of tests that call the API."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--api-url", help="the API to test; it must belong to the stack that `make up` keeps running")
    parser.addoption("--stack-file", type=Path, default=STACK_FILE, help="the file that describes that stack")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With --api-url, keep only the tests that call the API, and have no stack of their own."""
    if config.getoption("--api-url", None):
        items[:] = [item for item in items if _calls_the_api(item) and not _has_own_stack(item)]


def _calls_the_api(item: pytest.Item) -> bool:
    return bool(_CALL_THE_API & set(getattr(item, "fixturenames", ())))


def _has_own_stack(item: pytest.Item) -> bool:
    return hasattr(getattr(item, "module", None), "stack")


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[LocalStack]:
    """The built template on the emulator."""
    api_url = request.config.getoption("--api-url")
    if api_url:
        yield replace(LocalStack.described_in(request.config.getoption("--stack-file")), api_url=api_url)
        return
    with local_stack(free_port()) as running:
        yield running


@pytest.fixture
def bridge(stack: LocalStack) -> Bridge:
    """A client of the stack's API."""
    return Bridge(stack)


@pytest.fixture(scope="session")
def gateway(stack: LocalStack) -> Gateway:
    """The responses that the API gives by itself."""
    return gateway_at(stack.api_url)


@pytest.fixture(autouse=True)
def skip_what_sam_local_cannot(request: pytest.FixtureRequest) -> None:
    """Under `sam local`, skip the tests whose mark says why they need the embedded stack's own API."""
    mark = request.node.get_closest_marker("needs_embedded_api")
    if mark and request.config.getoption("--api-url") and request.getfixturevalue("gateway") == SAM_LOCAL:
        pytest.skip(mark.args[0])
