"""Metrics in CloudWatch's embedded format: lines of the log, so they cost no call. Counts only, no ids."""

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
    """Writes these counts as metrics of this moment."""
    metrics = _metrics()
    for name, value in counts.items():
        metrics.add_metric(name, MetricUnit.Count, value)
    metrics.flush_metrics()


def publish_failure(context: LambdaContext) -> None:
    """Writes that an error nobody foresaw was met, by which version: it takes the deployment of that version back.

    Lambda counts exceptions that leave a function, and these do not.
    """
    with single_metric(name="Failures", unit=MetricUnit.Count, value=1) as metric:
        metric.add_dimension("FunctionName", context.function_name)
        metric.add_dimension("ExecutedVersion", context.function_version)


@contextmanager
def failures_published(context: LambdaContext, *, but: type[Exception]) -> Iterator[None]:
    """Publishes what leaves the block as an exception, `but` for one that is an answer."""
    try:
        yield
    except but:
        raise
    except Exception:
        publish_failure(context)
        raise
