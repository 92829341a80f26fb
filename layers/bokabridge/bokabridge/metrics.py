"""Metrics in CloudWatch's embedded format: lines of the log, so they cost no call. Counts only, no ids."""

from collections.abc import Mapping
from functools import cache

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit


@cache
def _metrics() -> Metrics:
    """The function's metrics, made on first use; the namespace comes from POWERTOOLS_METRICS_NAMESPACE."""
    return Metrics(service="bokabridge")


def publish(counts: Mapping[str, int]) -> None:
    """Writes these counts as metrics of this moment."""
    metrics = _metrics()
    for name, value in counts.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()
