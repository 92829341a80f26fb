"""An operation that responds with what it was asked."""

from collections.abc import Callable, Collection
from datetime import UTC, datetime
from typing import Any

from bokabridge.http.api import Api, Call, Success
from bokabridge.http.operation import Operation
from bokabridge.http.wire import WireDate, WireModel
from bokabridge.operations.roles import WRITERS
from bokabridge.operations.usersync import QueryAxemaUserSyncJobs, usersync_failure
from tests.api_gateway import Context


class Echo(WireModel):
    """What the operation was called with."""

    company_id: str
    status: int | None
    skip: int
    take: int
    at: WireDate = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
    missing: str | None = None


def call(given: dict[str, Any], **options: Any) -> dict[str, Any]:
    """One call of an operation that answers what it was asked."""
    return echo_api(**options).handle(given, Context())  # type: ignore[arg-type]


def echo_api(
    *,
    error: Exception | None = None,
    public_url: str = "",
    location: str | None = None,
    is_ours: bool = False,
    method: str = "POST",
    origins: Callable[[], Collection[str]] = frozenset,
) -> Api:
    """An operation that answers what it was asked, or fails with `error`."""
    api = Api(lambda: public_url, [usersync_failure], origins)

    @api.operation(Operation(QueryAxemaUserSyncJobs, Echo, method, "/things", WRITERS, "Echo", is_ours=is_ours))
    def echo(call: Call[QueryAxemaUserSyncJobs]) -> Success[Echo]:
        if error:
            raise error
        request = call.request
        status = None if request.status is None else int(request.status)
        body = Echo(company_id=call.company_id, status=status, skip=request.skip, take=request.take)
        return Success(body, location)

    return api
