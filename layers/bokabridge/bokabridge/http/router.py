"""The requests that API Gateway has no route for: to the authorizer function, then to the operation's function.

API Gateway knows the operations' own paths in their exact spelling. ServiceStack's pre-defined routes, suffixes, other
spellings, OPTIONS, HEAD and everything unknown come here. No operation is invoked without the authorizer's consent.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.errors import BridgeError, Forbidden, Unauthenticated, Unavailable
from bokabridge.http.authorizer import Unauthorized
from bokabridge.http.formats import JSON
from bokabridge.http.negotiation import negotiate
from bokabridge.http.received import Received, receive
from bokabridge.http.responses import failed_response, noted_failure, preflight, proxy_response
from bokabridge.http.routes import match
from bokabridge.http.urls import absolute_url
from bokabridge.logs import logger

OPERATION_MILLISECONDS = 22_000
"""The longest that an operation takes: a usage that VOSS does not answer. With less time left, none is invoked."""


@dataclass(frozen=True, slots=True)
class Served:
    """An operation, by what routing needs.

    `function` is the name of the environment variable with its function's ARN, `returns` the response DTO in C#.
    """

    name: str
    method: str
    path: str
    function: str
    returns: str


class InvocationFailed(BridgeError):
    """The function ended with an error of its own, whose message this is."""


class Functions(Protocol):
    """The Lambda functions behind the router."""

    def invoke(self, function: str, event: Mapping[str, Any]) -> Any:
        """What the function returns for this event.

        Raises InvocationFailed, RetriableError if the function was not invoked, or RequestTooLarge.
        """
        ...


type FindPage = Callable[[str, Mapping[str, str], str], tuple[int, str, str] | None]
"""(path, query, base URL) → (status, Content-Type, body) of a static page, or None."""


@dataclass(frozen=True, slots=True)
class Router:
    """The routes of all operations. `authorizer` is the name of the authorizer function."""

    operations: Sequence[Served]
    authorizer: str
    functions: Callable[[], Functions]
    find_page: FindPage
    public_url: Callable[[], str] = lambda: ""
    origins: Callable[[], Collection[str]] = frozenset

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Turns API Gateway's proxy event into its response."""
        logger().append_keys(request_id=context.aws_request_id)
        received = receive(event)
        if received.method == "OPTIONS":
            return preflight(received, self.origins())
        try:
            page = self._page(received)
            return page or self._forward(received, context)
        except Exception as error:  # noqa: BLE001 (every error becomes a response)
            failed = noted_failure(error, received, context)
            return failed_response(received, failed, negotiate(received), context, self.origins())

    def _page(self, received: Received) -> dict[str, Any] | None:
        if received.method not in ("GET", "HEAD"):
            return None
        base_url = absolute_url(APIGatewayProxyEvent(dict(received.event)), self.public_url(), "")
        query = {parameter.name: parameter.value for parameter in received.query.values()}
        page = self._index(received, base_url) or self.find_page(received.path, query, base_url)
        if page is None:
            return None
        status, content_type, body = page
        return proxy_response(received, status, body, {"Content-Type": content_type}, self.origins())

    def _index(self, received: Received, base_url: str) -> tuple[int, str, str] | None:
        """The list of operations at `/api`. ServiceStack links to a page of its user interface, we to the metadata."""
        if received.address.segments != ("api",):
            return None
        described = [
            {
                "Name": operation.name,
                "Returns": operation.returns,
                "Links": {
                    "api": f"{base_url}/api/{operation.name}",
                    "ui": f"{base_url}/json/metadata?op={operation.name}",
                },
            }
            for operation in sorted(self.operations, key=lambda operation: operation.name)
        ]
        return 200, JSON.content_type, json.dumps({"other": described}, separators=(",", ":"))

    def _forward(self, received: Received, context: LambdaContext) -> dict[str, Any]:
        operation = match(received.method, received.path, self.operations).operation
        event = dict(received.event)
        caller = self._caller(event)
        if context.get_remaining_time_in_millis() < OPERATION_MILLISECONDS:
            raise Unavailable("Finding out who is calling took too long. Nothing was done; try again.")
        event["requestContext"] = {**event["requestContext"], "authorizer": caller}
        response: dict[str, Any] = self.functions().invoke(operation.function, event)
        return response

    def _caller(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """What API Gateway puts into `requestContext.authorizer`. Raises Unauthenticated or Forbidden."""
        question = {name: value for name, value in event.items() if name not in ("body", "isBase64Encoded")}
        question |= {"type": "REQUEST", "methodArn": _method_arn(event)}
        try:
            answer = self.functions().invoke(self.authorizer, question)
        except InvocationFailed as error:
            if str(error) == str(Unauthorized()):
                raise Unauthenticated("the authorizer refused") from None
            raise
        statements = answer["policyDocument"]["Statement"]
        if not statements or any(statement["Effect"] != "Allow" for statement in statements):
            raise Forbidden("You may not do this.")
        return {**answer.get("context", {}), "principalId": answer["principalId"]}


def _method_arn(event: Mapping[str, Any]) -> str:
    """The ARN by which API Gateway would name this request to the authorizer."""
    context = event["requestContext"]
    path = str(event["path"]).lstrip("/")
    stage = f"{context.get('accountId')}:{context.get('apiId')}/{context.get('stage')}"
    return f"arn:aws:execute-api:::{stage}/{event['httpMethod']}/{path}"
