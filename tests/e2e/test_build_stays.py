"""The build stays unchanged while the local stack runs it."""

from local.stack.paths import BUILD
from tests.e2e.client import COMPLETED, Bridge


def test_running_the_stack_writes_nothing_into_the_build(bridge: Bridge) -> None:
    before = files_of_the_build()
    assert bridge.sync(bridge.new_company(1))["Status"] == COMPLETED
    assert files_of_the_build() == before


def files_of_the_build() -> dict[str, int]:
    """The time of each file's last change, by its path."""
    return {str(path.relative_to(BUILD)): path.stat().st_mtime_ns for path in BUILD.rglob("*") if path.is_file()}
