"""The operation that explains why a person is a customer or is not (our addition)."""

from datetime import UTC, datetime, timedelta

from pydantic import Field

from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, WireDate, WireGuid, WireModel
from bokabridge.operations.roles import WRITERS
from bokabridge.usersync.why import Explanation

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class QueryAxemaUsers(CompanyRequest):
    """Finds people by their Axema user id, name, e-mail, phone or customer id, at most 50."""

    search: str = Field(min_length=1, max_length=200)


class AxemaUserResponse(WireModel):
    """What is known about one person (usersync/why.py). Members without a value are absent."""

    axema_user_id: str | None
    customer_id: WireGuid | None
    name: str | None
    visible: bool | None
    listed: bool
    missing_since: WireDate | None
    reason: str | None
    skipped: bool
    changed_by: WireGuid | None
    changed_date: WireDate | None
    next_step: str


class QueryAxemaUsersResponse(WireModel):
    """The people whom the search finds."""

    results: list[AxemaUserResponse]


QUERY_AXEMA_USERS = Operation(
    QueryAxemaUsers,
    QueryAxemaUsersResponse,
    method="GET",
    path="/codelock/axema/usersync/users",
    roles=WRITERS,
    summary="Query why people are customers or are not",
    notes="Returns what the last completed sync and its stores know of each person, and what the next sync does.",
    is_ours=True,
)


def users_response(found: list[Explanation]) -> QueryAxemaUsersResponse:
    """The DTO of explanations."""
    return QueryAxemaUsersResponse(results=[_user(each) for each in found])


def _user(found: Explanation) -> AxemaUserResponse:
    customer, issue, day = found.customer, found.issue, found.missing_day
    person = customer.person if customer else None
    return AxemaUserResponse(
        axema_user_id=found.source_user_id,
        customer_id=customer.id if customer else None,
        name=f"{person.first_name} {person.last_name}".strip() if person else None,
        visible=customer.is_visible if customer else None,
        listed=found.is_listed,
        missing_since=None if day is None else _EPOCH + timedelta(days=day),
        reason=issue.reason if issue else None,
        skipped=bool(issue and issue.skipped),
        changed_by=found.changed_by,
        changed_date=found.changed_at,
        next_step=found.next_step,
    )
