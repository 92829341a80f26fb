"""The reconciler's function: its metrics, and the alarms and the dashboard that watch them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bokabridge.voss.reconcile import Report, Verdict
from bokabridge.voss.usage import OpenUsage
from functions.voss.reconcile.app import publish_report
from tests.data import COMPANY_ID
from tests.template import resources

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
REPORT = Report(
    {Verdict.Found: 3, Verdict.Failed: 1},
    unsettled=9,
    too_long=2,
    delayed=5,
    disputed=[OpenUsage(COMPANY_ID, "019ab000-0000-7000-8000-000000000001", NOON, NOON)],
    errors={"KeyError": KeyError("State")},
)


@pytest.fixture(autouse=True)
def namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "bokabridge/tests")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "bokabridge")


def published(report: Report, printed: pytest.CaptureFixture[str]) -> dict[str, Any]:
    publish_report(report)
    lines = [json.loads(line) for line in printed.readouterr().out.splitlines() if "CloudWatchMetrics" in line]
    (metrics,) = lines
    return dict(metrics)


def test_a_run_publishes_its_counts_as_metrics(capsys: pytest.CaptureFixture[str]) -> None:
    metrics = published(REPORT, capsys)
    counts = {name: value for name, value in metrics.items() if name.startswith("Usages")}
    assert counts["UsagesDisputed"] == [1.0]
    assert (counts["UsagesFailed"], counts["UsagesFound"], counts["UsagesGivenUp"]) == ([1.0], [3.0], [0.0])
    assert (counts["UsagesUnsettled"], counts["UsagesUnknownTooLong"], counts["UsagesDelayed"]) == ([9.0], [2.0], [5.0])


def test_disputed_usages_that_could_not_be_listed_are_not_published_as_none(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert "UsagesDisputed" not in published(Report({}, unsettled=0, too_long=0), capsys)


@pytest.mark.parametrize(
    ("alarm", "metric"),
    [
        ("VossUnknownTooLongAlarm", "UsagesUnknownTooLong"),
        ("VossDisputedAlarm", "UsagesDisputed"),
        ("VossReconcileFailuresAlarm", "UsagesFailed"),
        ("VossDelayedAlarm", "UsagesDelayed"),
    ],
)
def test_each_alarm_watches_a_metric_with_the_dimensions_that_the_function_publishes(
    alarm: str, metric: str, capsys: pytest.CaptureFixture[str]
) -> None:
    metrics = published(REPORT, capsys)
    (definition,) = metrics["_aws"]["CloudWatchMetrics"]
    watched = resources()[alarm]["Properties"]
    assert watched["MetricName"] == metric
    assert metric in {each["Name"] for each in definition["Metrics"]}
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in watched["Dimensions"]}
    assert [sorted(dimensions)] == [sorted(names) for names in definition["Dimensions"]]
    assert dimensions == {name: metrics[name] for name in dimensions}


def test_the_dashboard_shows_what_needs_a_person() -> None:
    body = json.dumps(resources()["Dashboard"]["Properties"]["DashboardBody"])
    for metric in ("UsagesUnsettled", "UsagesUnknownTooLong", "UsagesDelayed", "UsagesFailed", "UsagesDisputed"):
        assert metric in body
