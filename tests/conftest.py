"""The order of all tests."""

import pytest

from local.stack.paths import ROOT

_LONG = (ROOT / "tests" / "e2e", ROOT / "tests" / "property")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders with the longest files first, in their random order.

    A process that began such a file last would let the others wait.
    """
    items.sort(key=lambda item: not any(item.path.is_relative_to(folder) for folder in _LONG))
