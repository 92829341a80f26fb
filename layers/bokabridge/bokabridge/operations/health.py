"""The operations that show how companies' syncs are (our additions)."""

from typing import TYPE_CHECKING

from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, WindowRequest, WireDate, WireGuid, WireModel
from bokabridge.operations.roles import READERS, SUPERADMINS

if TYPE_CHECKING:
    from bokabridge.usersync.health import Health


class GetAxemaHealth(CompanyRequest):
    """Reads the health of one company's syncs."""


class QueryAxemaHealth(WindowRequest):
    """Lists the health of all companies with Axema settings, worst first."""


class AxemaHealthResponse(WireModel):
    """The health of one company's syncs. What the last completed sync says is absent before there is one.

    `paused` is True if the schedule is paused, because Axema rejects the credentials. `next_run` is absent if the
    schedule starts no sync, or if there is no schedule. `running_id` is the job that is running, or absent.
    """

    company_id: WireGuid
    active: bool
    paused: bool
    failures_in_row: int
    last_completed_date: WireDate | None
    last_completed_id: WireGuid | None
    users_found: int | None
    users_missing: int | None
    next_run: WireDate | None
    running_id: WireGuid | None


class QueryAxemaHealthResponse(WireModel):
    """The health of companies, worst first."""

    results: list[AxemaHealthResponse]


GET_AXEMA_HEALTH = Operation(
    GetAxemaHealth,
    AxemaHealthResponse,
    method="GET",
    path="/codelock/axema/health",
    roles=READERS,
    summary="Get the health of a company's Axema user syncs",
    notes="Returns the last completed sync, the failed syncs in a row, the people, the next start and the running job.",
    is_ours=True,
)

QUERY_AXEMA_HEALTH = Operation(
    QueryAxemaHealth,
    QueryAxemaHealthResponse,
    method="GET",
    path="/codelock/axema/health/companies",
    roles=SUPERADMINS,
    summary="Query the health of all companies' Axema user syncs",
    notes="Returns all companies with Axema settings, worst first.",
    is_ours=True,
)


def health_response(health: "Health") -> AxemaHealthResponse:
    """The DTO of one company's health."""
    settings, completed = health.settings, health.completed
    counters = completed.counters if completed else None
    return AxemaHealthResponse(
        company_id=settings.company_id,
        active=settings.is_active,
        paused=settings.paused_at is not None,
        failures_in_row=health.state.failures,
        last_completed_date=completed.completed_at if completed else None,
        last_completed_id=completed.id if completed else None,
        users_found=counters.found if counters else None,
        users_missing=completed.missing if completed else None,
        next_run=health.next_run,
        running_id=health.state.running,
    )
