"""Stub handlers that answer as the vectors' `services` say, in an Api with all operations and behind a router."""

from collections.abc import Mapping
from typing import Any

from bokabridge.auth.principal import from_authorizer
from bokabridge.errors import BridgeError, Conflict, NotFound
from bokabridge.http.api import Api, Call, Success
from bokabridge.http.authorizer import policy_for
from bokabridge.http.errors import Failure, FieldError, failure
from bokabridge.http.fakes import FunctionsInProcess
from bokabridge.http.received import receive
from bokabridge.http.router import Router
from bokabridge.http.routes import match
from bokabridge.operations.index import OPERATIONS
from bokabridge.operations.served import AUTHORIZER, SERVED
from functions.servicestack.pages import find
from tests.api_gateway import Context
from tests.servicestack import COMPANY, ID, StubSettings, customers, job, jobs, products, settings, usage

UNKNOWN_COMPANY = "99999999-9999-9999-9999-999999999999"


class _Thrown(BridgeError):
    """An exception of a .NET service."""

    def __init__(self, failed: Failure) -> None:
        super().__init__(failed.body.response_status.message)
        self.failed = failed


def _argument_exception() -> _Thrown:
    code, field, message = "ArgumentException", "CompanyId", "Bad company"
    errors = [FieldError(error_code=code, field_name=field, message=message)]
    return _Thrown(failure(400, code, f"{message} (Parameter '{field}')", errors=errors))


def _raise(service: str) -> None:
    match service:
        case "fail:409":
            raise Conflict("A sync is already running for this company.")
        case "fail:400":
            raise _argument_exception()
        case "fail:http400":
            raise _Thrown(failure(400, "AxemaNotConfigured", "Axema is not configured."))
        case "fail:500":
            raise RuntimeError("boom")


def _rule(error: Exception) -> Failure | None:
    return error.failed if isinstance(error, _Thrown) else None


class StubApi(Api):
    """All operations, answered as this service does. `calls` counts the calls of handlers."""

    def __init__(self, service: str) -> None:
        super().__init__(failure_rules=[_rule])
        self._service = service
        self.calls = 0
        for operation in OPERATIONS:
            self.operation(operation)(self._handler(operation.name))

    def is_unserved(self, event: Mapping[str, Any]) -> bool:
        """True for requests that the router answers by itself."""
        received = receive(event)
        try:
            match(received.method, received.path, self.operations)
        except BridgeError:
            return True
        return received.method == "OPTIONS"

    def _handler(self, name: str) -> Any:
        def handle(call: Call[Any]) -> Success[Any]:
            self.calls += 1
            _raise(self._service)
            return Success(self._body(name, call))

        return handle

    def _body(self, name: str, call: Call[Any]) -> Any:
        request = call.request
        dated = self._service if self._service.startswith("as:") and self._service != "as:full" else "default"
        match name:
            case "CreateAxemaUserSync":
                if request.company_id == UNKNOWN_COMPANY:
                    raise NotFound("No such company")
                return job("as:pending", request.company_id or COMPANY)
            case "GetAxemaUserSyncJob":
                if request.id != ID:
                    raise NotFound("There is no such job.")
                return job(dated)
            case "QueryAxemaUserSyncJobs":
                return jobs(None if request.status is None else int(request.status))
            case "CustomerQuery":
                found = customers()
                found.results[1].lastname = request.search
                return found
            case "GetVossProducts":
                return products(request.product_type.value if request.product_type else None)
            case "CreateVossUsage":
                return usage(self._service, request.article_number, request.quantity)
            case "GetAxemaCodeLockSetting":
                return settings()
            case _:
                return _echoed(request)


def _echoed(request: Any) -> StubSettings:
    """What POST and PUT of the settings answer."""
    return StubSettings(
        company_id=request.company_id or COMPANY,
        integration_type=request.integration_type or 0,
        api_endpoint=request.api_endpoint,
        api_port=request.api_port,
        username=request.username,
        device_id=request.device_id,
        client_id=request.client_id,
        active=bool(request.active),
        name_order=request.name_order,
        schedule=request.schedule,
        schedule_timezone=request.schedule_timezone,
    )


def router(api: Api, caller: dict[str, str] | None) -> Router:
    """A router in front of this Api. The authorizer lets this caller in, or nobody."""

    def authorizer(event: dict[str, Any], _: Any) -> dict[str, Any]:
        return policy_for(event, lambda _: from_authorizer(caller))

    handlers = {served.function: api.handle for served in SERVED}
    functions = FunctionsInProcess({**handlers, AUTHORIZER: authorizer}, Context)
    return Router(SERVED, AUTHORIZER, lambda: functions, find)
