"""What all tests of HTTP need."""

import pytest


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where failures are counted."""
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "bokabridge/tests")
