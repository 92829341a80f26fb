"""Metrics in CloudWatch's embedded format: a line of the log that CloudWatch counts."""

from aws_lambda_powertools import single_metric
from aws_lambda_powertools.metrics import MetricUnit


def count(name: str) -> None:
    """Counts one of these; `service` is the only dimension."""
    with single_metric(name=name, unit=MetricUnit.Count, value=1, namespace="bokabridge") as metric:
        metric.add_dimension("service", "bokabridge")
