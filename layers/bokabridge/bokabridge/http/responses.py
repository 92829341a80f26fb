"""What a function returns to API Gateway: a body in the caller's representation, and the headers of all responses."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.http.cors import cors_headers
from bokabridge.http.errors import Failure, failure_for, with_meta
from bokabridge.http.formats import write_error
from bokabridge.http.negotiation import Representation
from bokabridge.http.operation import Operation
from bokabridge.http.received import Received
from bokabridge.logs import logger
from bokabridge.metrics import publish_failure
from bokabridge.version import version

VERSION_HEADER = "X-Bokabridge-Version"

type FailureRule = Callable[[Exception], Failure | None]


def proxy_response(
    received: Received, status: int, body: str, headers: Mapping[str, str], origins: Collection[str]
) -> dict[str, Any]:
    """API Gateway's proxy response. `origins` are those whose pages may read it in a browser."""
    vary = "Accept, Origin" if origins else "Accept"
    all_headers = {"Vary": vary, VERSION_HEADER: version(), **cors_headers(received.headers, origins), **headers}
    return {
        "statusCode": status,
        "multiValueHeaders": {name: [value] for name, value in all_headers.items()},
        "body": "" if received.is_head else body,
        "isBase64Encoded": False,
    }


def preflight(received: Received, origins: Collection[str]) -> dict[str, Any]:
    """The response to OPTIONS, which is the same for every path and for every caller."""
    return proxy_response(received, 200, "", {}, origins)


def failed_response(
    received: Received,
    failed: Failure,
    representation: Representation,
    context: LambdaContext,
    origins: Collection[str],
    operation: Operation[Any, Any] | None = None,
) -> dict[str, Any]:
    """The response to a failed call. `operation` is set if the error comes from the operation or its validators.

    A script tag cannot read a response with an error's status, so JSONP gets 200 for the other errors, as in
    ServiceStack.
    """
    failed = with_meta(failed, {"RequestId": context.aws_request_id})
    text = write_error(failed, operation, representation.format, representation.switches)
    headers = {"Content-Type": representation.content_type, **failed.headers}
    status = 200 if representation.callback and operation is None else failed.status
    return proxy_response(received, status, representation.wrapped(text), headers, origins)


def noted_failure(
    error: Exception, received: Received, context: LambdaContext, rules: Collection[FailureRule] = ()
) -> Failure:
    """The Failure for this error, by the rules or else by the one for all. Logs it from 500 on, and counts a 500."""
    by_rule = (failure for rule in rules if (failure := rule(error)) is not None)
    failed = next(by_rule, None) or failure_for(error)
    if failed.status >= 500:
        logger().error("operation failed", method=received.method, path=received.shown_path, exc_info=error)
    if failed.status == 500:
        publish_failure(context)
    return failed
