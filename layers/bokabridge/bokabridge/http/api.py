"""The operations of one Lambda function: routing, access, reading the request, writing the response.

An operation gets its route and its roles from its declaration, so none can be served without saying who may call it.
This is the one place that enforces the roles.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.auth.principal import Principal, from_authorizer
from bokabridge.errors import NotFound
from bokabridge.http.errors import Failure, failure_for
from bokabridge.http.operation import Operation, ResponseBody
from bokabridge.http.requests import read
from bokabridge.http.size import sendable
from bokabridge.http.urls import absolute_url
from bokabridge.http.wire import CompanyRequest, WireModel
from bokabridge.logs import logger
from bokabridge.metrics import publish_failure

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Call[Request]:
    """One permitted call of an operation.

    `company_id` is the company that the caller acts for, or "" if the operation concerns no company and the caller has
    none. `headers` are sent with the response, whether the call succeeds or fails.
    """

    request: Request
    company_id: str
    event: APIGatewayProxyEvent
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Success[Body: ResponseBody]:
    """A successful call: the response DTO, the path for the Location header (None: no header), further headers.

    If the caller acts for another company than their own, the Location header names the company too.
    """

    body: Body
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


type Handler[Request, Body: ResponseBody] = Callable[[Call[Request]], Success[Body]]
type FailureRule = Callable[[Exception], Failure | None]


class Api:
    """The operations of one function, on Powertools' REST resolver.

    `public_url` returns the API's address for Location headers, or "" where the event shows it. `failure_rules` turn
    the errors of one bridge into failures, before the rules that all operations share. `operations` lists what was
    registered.
    """

    def __init__(self, public_url: Callable[[], str] = lambda: "", failure_rules: Sequence[FailureRule] = ()) -> None:
        self._resolver = APIGatewayRestResolver()
        self._resolver.not_found(lambda _: self._failed(NotFound("There is no such operation."), {}))
        self._public_url = public_url
        self._failure_rules = failure_rules
        self.operations: list[Operation[Any, Any]] = []

    def operation[Request: WireModel, Body: ResponseBody](
        self, operation: Operation[Request, Body]
    ) -> Callable[[Handler[Request, Body]], Handler[Request, Body]]:
        """Registers the decorated function as the handler of this operation."""
        self.operations.append(operation)

        def register(handler: Handler[Request, Body]) -> Handler[Request, Body]:
            def route(**_: str) -> Response[str]:
                event = self._resolver.current_event
                headers: dict[str, str] = {}
                company_query = ""
                try:
                    caller = from_authorizer(event.raw_event["requestContext"].get("authorizer"))
                    caller.require_any(operation.roles)
                    request = read(operation, event)
                    company_id = _company_of(caller, request)
                    company_query = f"?CompanyId={company_id}" if company_id != (caller.company_id or "") else ""
                    success = handler(Call(request, company_id, event, headers))
                    body = sendable(success.body.to_json())
                except Exception as error:  # noqa: BLE001 (the one place that turns errors into responses)
                    return self._failed(error, headers, company_query)
                return self._response(200, body, {**headers, **success.headers}, success.location, company_query)

            self._resolver.route(operation.path.replace("{", "<").replace("}", ">"), operation.method)(route)
            return handler

        return register

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Turns API Gateway's proxy event into its response."""
        logger().append_keys(request_id=context.aws_request_id)
        return self._resolver.resolve(dict(event), context)

    def _failed(self, error: Exception, headers: Mapping[str, str], company_query: str = "") -> Response[str]:
        by_rule = (failure for rule in self._failure_rules if (failure := rule(error)) is not None)
        failure = next(by_rule, None) or failure_for(error)
        if failure.status >= 500:
            event = self._resolver.current_event
            logger().error("operation failed", method=event.http_method, path=event.path, exc_info=error)
        if failure.status == 500:
            publish_failure(self._resolver.lambda_context)
        all_headers = {**headers, **failure.headers}
        return self._response(failure.status, failure.body.to_json(), all_headers, failure.location, company_query)

    def _response(
        self, status: int, body: str, headers: Mapping[str, str], location: str | None, company_query: str
    ) -> Response[str]:
        all_headers = dict(headers)
        if location:
            path = location + company_query
            all_headers["Location"] = absolute_url(self._resolver.current_event, self._public_url(), path)
        return Response(status, JSON, body, all_headers)


def _company_of(caller: Principal, request: WireModel) -> str:
    if isinstance(request, CompanyRequest):
        return caller.company_for(request.company_id)
    return caller.company_id or ""
