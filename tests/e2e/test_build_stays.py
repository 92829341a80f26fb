"""The build stays unchanged while the local stack runs it."""

from local.stack.paths import BUILD
from tests.e2e.client import COMPLETED, Bridge


def test_running_the_stack_leaves_no_compiled_file_in_the_build(bridge: Bridge) -> None:
    assert bridge.sync(bridge.new_company(1))["Status"] == COMPLETED
    assert [path for path in BUILD.rglob("*") if path.suffix == ".pyc" or path.name == "__pycache__"] == []
