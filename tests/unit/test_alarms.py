"""The alarms and the dashboard: each watches a metric that something writes."""

import pytest

from tests.watched import STACK, Metric, alarms, on_the_dashboard, watched_by, written

OURS = f"bokabridge/{STACK}"


@pytest.fixture(scope="module")
def ours() -> set[Metric]:
    return written()


@pytest.mark.parametrize("name", [name for name, alarm in alarms().items() if watched_by(alarm)[0].namespace == OURS])
def test_alarm_on_our_own_metric_names_the_dimensions_that_the_code_writes(name: str, ours: set[Metric]) -> None:
    assert [metric for metric in watched_by(alarms()[name]) if metric not in ours] == []


def test_dashboard_names_our_metrics_as_the_code_writes_them(ours: set[Metric]) -> None:
    shown = [metric for metric in on_the_dashboard() if metric.namespace == OURS]
    assert shown
    assert [metric for metric in shown if metric not in ours] == []
