"""Operations: the DTO that one takes, its rule, and the function that answers.

An operation has the route that its rule says, so none can be added without saying who may call it, and this is the one
place where that is enforced.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.auth.principal import Principal, from_authorizer
from bokabridge.auth.rules import RULES, Rule
from bokabridge.errors import NotFound
from bokabridge.http.errors import answer_for
from bokabridge.http.requests import parse
from bokabridge.http.urls import absolute_url
from bokabridge.http.wire import CompanyRequest, WireModel
from bokabridge.logs import logger
from bokabridge.metrics import publish_failure

JSON = "application/json; charset=utf-8"


class Body(Protocol):
    """What can be answered: a WireModel, or whatever else knows its JSON."""

    def to_json(self) -> str:
        """The body as JSON."""
        ...


@dataclass(frozen=True, slots=True)
class Call[Request]:
    """One call of an operation by somebody who may make it, for a company they may act for.

    `company_id` is empty when the operation is about no company and the caller has none. `headers` are put onto the
    answer whatever it will be: a function adds what its caller must know even if it fails.
    """

    request: Request
    company_id: str
    event: APIGatewayProxyEvent
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the DTO, the path of the resource it is about, if that is another than was asked for, and headers."""

    body: Body
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Api:
    """The operations of one function, on Powertools' REST resolver.

    `public_url` gives the API's address for Location headers where the event cannot tell it, else "". `operations`
    has the rules of those that were registered.
    """

    def __init__(self, public_url: Callable[[], str], rules: Mapping[str, Rule] = RULES) -> None:
        self._resolver = APIGatewayRestResolver()
        self._resolver.not_found(lambda _: self._failed(NotFound("There is no such operation.")))
        self._public_url = public_url
        self._rules = rules
        self.operations: list[Rule] = []

    def operation[Request: WireModel](
        self, dto: type[Request]
    ) -> Callable[[Callable[[Call[Request]], Answer]], Callable[[Call[Request]], Answer]]:
        """Registers the decorated function as the operation that this DTO names. Raises LookupError without a rule."""
        rule = self._rules.get(dto.__name__)
        if rule is None:
            raise LookupError(f"auth/rules.py does not say who may call {dto.__name__}.")
        self.operations.append(rule)

        def register(answer: Callable[[Call[Request]], Answer]) -> Callable[[Call[Request]], Answer]:
            def route(**_: str) -> Response[str]:
                event = self._resolver.current_event
                headers: dict[str, str] = {}
                try:
                    caller = from_authorizer(event.raw_event["requestContext"].get("authorizer"))
                    caller.require_any(rule.roles)
                    request = parse(dto, event)
                    company_id = _company(caller, request)
                    success = answer(Call(request, company_id, event, headers))
                except Exception as error:  # noqa: BLE001 (the one place where errors become answers)
                    return self._failed(error, headers)
                return self._response(200, success.body, {**headers, **success.headers}, success.location)

            self._resolver.route(rule.path.replace("{", "<").replace("}", ">"), rule.method)(route)
            return answer

        return register

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """The Lambda entry point."""
        logger().append_keys(request_id=context.aws_request_id)
        return self._resolver.resolve(dict(event), context)

    def _failed(self, error: Exception, headers: Mapping[str, str] | None = None) -> Response[str]:
        answer = answer_for(error)
        if answer.status >= 500:
            event = self._resolver.current_event
            logger().error("operation failed", method=event.http_method, path=event.path, exc_info=error)
        if answer.status == 500:
            publish_failure(self._resolver.lambda_context)
        return self._response(answer.status, answer.body, {**(headers or {}), **answer.headers}, answer.location)

    def _response(self, status: int, body: Body, headers: Mapping[str, str], location: str | None) -> Response[str]:
        all_headers = dict(headers)
        if location:
            all_headers["Location"] = absolute_url(self._resolver.current_event, self._public_url(), location)
        return Response(status, JSON, body.to_json(), all_headers)


def _company(caller: Principal, request: WireModel) -> str:
    if isinstance(request, CompanyRequest):
        return caller.company_for(request.company_id)
    return caller.company_id or ""
