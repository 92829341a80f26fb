"""The errors of AWS that pass without help, as opposed to those that a person has to fix in the deployment."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions

from bokabridge.errors import ServiceBusy

_TRANSIENT_CODES = frozenset(
    {
        "ExecutionLimitExceeded",
        "KmsThrottlingException",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestTimeout",
        "RequestTimeoutException",
        "RequestThrottled",
        "RequestThrottledException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TooManyUpdates",
        "TransactionInProgressException",
    }
)
"""The codes that AWS sends with an HTTP status of 4xx although the same request may succeed later."""


def is_transient(error: BaseException | None) -> bool:
    """True if AWS throttled the request, failed on its side (HTTP 5xx) or could not be reached.

    Every other error, such as a missing permission or table, stays until a person changes the deployment.
    """
    if not isinstance(error, exceptions.ClientError):
        return isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    code = error.response.get("Error", {}).get("Code")
    return status == 429 or status >= 500 or code in _TRANSIENT_CODES


def busy(service: str) -> ServiceBusy:
    """The error for a caller of a service that is busy or cannot be reached."""
    return ServiceBusy(f"{service} is busy or cannot be reached; try again in a moment.")


@contextmanager
def transient_as_retriable(service: str) -> Iterator[None]:
    """Raise ServiceBusy in place of a transient error; let every other error through.

    The client itself has retried already (clients.py), so callers add no retries of their own.
    """
    try:
        yield
    except Exception as error:
        if is_transient(error):
            raise busy(service) from error
        raise
