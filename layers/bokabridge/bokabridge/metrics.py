"""Metrics as log lines in CloudWatch's embedded format, which cost no API call. Counts only, no ids."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache

from aws_lambda_powertools import Metrics, single_metric
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext


@cache
def _metrics() -> Metrics:
    """The function's metrics, made on first use; the namespace comes from POWERTOOLS_METRICS_NAMESPACE."""
    return Metrics(service="bokabridge")


def publish(counts: Mapping[str, int]) -> None:
    """Writes these counts as metrics with the current time."""
    metrics = _metrics()
    for name, value in counts.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()


def publish_failure(context: LambdaContext) -> None:
    """Counts an unexpected error under the version that raised it. The rollback alarms watch this metric.

    Lambda itself counts only the exceptions that leave a function, and these do not. POWERTOOLS_SERVICE_NAME adds a
    third dimension, `service`, which the alarms name too: CloudWatch finds a metric by all of its dimensions.
    """
    with single_metric(name="Failures", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension("FunctionName", context.function_name)
        metric.add_dimension("ExecutedVersion", context.function_version)


@contextmanager
def failures_published(context: LambdaContext, *, expected: tuple[type[Exception], ...]) -> Iterator[None]:
    """Counts an exception that leaves the block as a failure, except for the `expected` types."""
    try:
        yield
    except expected:
        raise
    except Exception:
        publish_failure(context)
        raise
