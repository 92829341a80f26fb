"""Operations: a route, the DTO it takes, the roles it needs, and the function that answers.

There is no way to add a route without saying who may call it, and one place where that is enforced.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from aws_lambda_powertools.utilities.typing import LambdaContext

from bokabridge.auth.principal import Principal, from_authorizer
from bokabridge.errors import NotFound
from bokabridge.http.errors import answer_for
from bokabridge.http.paths import absolute_url
from bokabridge.http.requests import parse
from bokabridge.http.wire import CompanyRequest, WireModel
from bokabridge.logs import logger

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

    `public_url` gives the API's address for Location headers where the event cannot tell it, else "".
    """

    def __init__(self, public_url: Callable[[], str]) -> None:
        self._resolver = APIGatewayRestResolver()
        self._resolver.not_found(lambda _: self._failed(NotFound("There is no such operation.")))
        self._public_url = public_url

    def operation[Request: WireModel](
        self, method: str, path: str, dto: type[Request], roles: Collection[str]
    ) -> Callable[[Callable[[Call[Request]], Answer]], Callable[[Call[Request]], Answer]]:
        """Registers the decorated function for a route; `path` has its parameters as `<Id>`."""

        def register(answer: Callable[[Call[Request]], Answer]) -> Callable[[Call[Request]], Answer]:
            def route(**_: str) -> Response[str]:
                event = self._resolver.current_event
                headers: dict[str, str] = {}
                try:
                    caller = from_authorizer(event.raw_event["requestContext"].get("authorizer"))
                    caller.require_any(roles)
                    request = parse(dto, event)
                    success = answer(Call(request, _company(caller, request), event, headers))
                except Exception as error:  # noqa: BLE001 (the one place where errors become answers)
                    return self._failed(error, headers)
                return self._response(200, success.body, {**headers, **success.headers}, success.location)

            self._resolver.route(path, method)(route)
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
