"""The operations of one Lambda function: routing, access, reading the request, writing the response.

An operation gets its route and its roles from its declaration, so none can be served without saying who may call it.
This is the one place that enforces the roles.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import ValidationError

from bokabridge.auth.principal import Principal, from_authorizer
from bokabridge.http.batch import COMPLETED_HEADER, INDEX_MEMBER, ItemFailed, run_batch
from bokabridge.http.errors import with_meta
from bokabridge.http.negotiation import negotiate
from bokabridge.http.operation import Operation, ResponseBody
from bokabridge.http.received import Received, receive
from bokabridge.http.requests import Members, bind, read, read_many
from bokabridge.http.responses import FailureRule, failed_response, noted_failure, proxy_response
from bokabridge.http.routes import Route, match
from bokabridge.http.size import sendable
from bokabridge.http.urls import absolute_url
from bokabridge.http.wire import CompanyRequest, WireModel
from bokabridge.logs import logger

MIN_MILLISECONDS = 10_000
"""A batch begins no item when the function has less time left."""


@dataclass(frozen=True, slots=True)
class Call[Request]:
    """One permitted call of an operation.

    `company_id` is the company that the caller acts for, or "" if the operation concerns no company and the caller has
    none. `received` is the HTTP request. `headers` are sent with the response, whether the call succeeds or fails.
    `batch_index` is the item's place in a batch, from 0, or None outside of batches.
    """

    request: Request
    company_id: str
    caller: Principal
    received: Received
    headers: dict[str, str] = field(default_factory=dict)
    batch_index: int | None = None


@dataclass(frozen=True, slots=True)
class Success[Body: ResponseBody]:
    """A successful call: the response DTO, the path for the Location header (None: no header), further headers.

    If the caller acts for another company than their own, the Location header names the company too. A batch has
    neither header.
    """

    body: Body
    location: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


type Handler[Request, Body: ResponseBody] = Callable[[Call[Request]], Success[Body]]


class Api:
    """The operations of one function.

    `public_url` returns the API's address for Location headers, or "" where the event shows it. `failure_rules` turn
    the errors of one bridge into failures, before the rules that all operations share. `origins` returns the origins
    whose pages may call from a browser. `operations` lists what was registered.
    """

    def __init__(
        self,
        public_url: Callable[[], str] = lambda: "",
        failure_rules: Sequence[FailureRule] = (),
        origins: Callable[[], Collection[str]] = frozenset,
    ) -> None:
        self.public_url = public_url
        self.failure_rules = failure_rules
        self.origins = origins
        self.operations: list[Operation[Any, Any]] = []
        self.handlers: dict[str, Handler[Any, Any]] = {}

    def operation[Request: WireModel, Body: ResponseBody](
        self, operation: Operation[Request, Body]
    ) -> Callable[[Handler[Request, Body]], Handler[Request, Body]]:
        """Registers the decorated function as the handler of this operation."""
        self.operations.append(operation)

        def register(handler: Handler[Request, Body]) -> Handler[Request, Body]:
            self.handlers[operation.name] = handler
            return handler

        return register

    def handle(self, event: Mapping[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Turns API Gateway's proxy event into its response."""
        logger().append_keys(request_id=context.aws_request_id)
        return _Exchange(self, receive(event), context).response()


class _Exchange:
    """One request and its response."""

    def __init__(self, api: Api, received: Received, context: LambdaContext) -> None:
        self._api = api
        self._received = received
        self._context = context
        self._representation = negotiate(received)
        self._headers: dict[str, str] = {}
        self._company_query = ""
        self._reached: Operation[Any, Any] | None = None
        """The operation whose validators or handler have begun."""

    def response(self) -> dict[str, Any]:
        """API Gateway's proxy response."""
        try:
            route = match(self._received.method, self._received.address, self._api.operations)
            caller = from_authorizer(self._received.event["requestContext"].get("authorizer"))
            caller.require_any(route.operation.roles)
            text = self._batch(route, caller) if route.is_batch else self._single(route, caller)
            body = sendable(self._representation.wrapped(text))
        except Exception as error:  # noqa: BLE001 (the one place that turns errors into responses)
            return self._failed(error)
        headers = {"Content-Type": self._representation.content_type, **self._headers}
        if self._representation.format.name == "csv":
            headers["Content-Disposition"] = f'attachment;filename="{route.operation.name}.csv"'
        return proxy_response(self._received, 200, body, headers, self._api.origins())

    def _single(self, route: Route[Operation[Any, Any]], caller: Principal) -> str:
        request, company_id = self._validated(route.operation, caller, read(route, self._received))
        self._company_query = f"?CompanyId={company_id}" if company_id != (caller.company_id or "") else ""
        success = self._run(route.operation, request, company_id, caller)
        self._headers |= success.headers
        self._locate(success.location)
        return self._representation.format.write(success.body, self._representation.switches)

    def _batch(self, route: Route[Operation[Any, Any]], caller: Principal) -> str:
        operation = route.operation
        bodies = run_batch(
            read_many(route, self._received),
            validate=lambda members: self._validated(operation, caller, members),
            execute=lambda index, valid: self._run(operation, *valid, caller, batch_index=index).body,
            has_time=lambda: self._context.get_remaining_time_in_millis() >= MIN_MILLISECONDS,
        )
        self._headers = {COMPLETED_HEADER: str(len(bodies))}
        return self._representation.format.write_many(bodies, operation.response, self._representation.switches)

    def _validated(self, operation: Operation[Any, Any], caller: Principal, members: Members) -> tuple[WireModel, str]:
        """The request DTO, and the company that the caller acts for."""
        try:
            request = bind(operation, members)
        except ValidationError:
            self._reached = operation
            raise
        self._reached = operation
        if isinstance(request, CompanyRequest):
            return request, caller.company_for(request.company_id)
        return request, caller.company_id or ""

    def _run(
        self,
        operation: Operation[Any, Any],
        request: WireModel,
        company_id: str,
        caller: Principal,
        batch_index: int | None = None,
    ) -> Success[Any]:
        self._headers = {}
        call = Call(request, company_id, caller, self._received, self._headers, batch_index)
        return self._api.handlers[operation.name](call)

    def _failed(self, error: Exception) -> dict[str, Any]:
        meta = {}
        if isinstance(error, ItemFailed):
            meta[INDEX_MEMBER] = str(error.index)
            if error.completed is not None:
                self._headers[COMPLETED_HEADER] = str(error.completed)
            error = error.error
        failed = with_meta(noted_failure(error, self._received, self._context, self._api.failure_rules), meta)
        self._locate(failed.location)
        failed = replace(failed, headers=self._headers | failed.headers)
        return failed_response(
            self._received, failed, self._representation, self._context, self._api.origins(), self._reached
        )

    def _locate(self, location: str | None) -> None:
        if location:
            path = location + self._company_query
            self._headers["Location"] = absolute_url(self._received.event, self._api.public_url(), path)
