"""The operations for single people: why they are customers or are not, and one person's sync (our additions)."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, Flag, WireDate, WireGuid, WireModel, required
from bokabridge.operations.roles import WRITERS
from bokabridge.operations.usersync_changes import AxemaUserSyncFieldChange, field_responses
from bokabridge.usersync.people import read_user_id

if TYPE_CHECKING:
    from bokabridge.usersync.person_request import PersonOutcome
    from bokabridge.usersync.why import Explanation, Explanations

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _user_id(value: object) -> str:
    given = required(value)
    found = read_user_id(str(given)) if isinstance(given, str | int) else None
    if found is None:
        raise PydanticCustomError("InvalidAxemaUserId", "must be at most 200 characters that an id can have.")
    return found


class SyncAxemaUser(CompanyRequest):
    """Syncs one person now. With DryRun, it only says what a sync of this person would do."""

    axema_user_id: Annotated[str, BeforeValidator(_user_id)]
    dry_run: Flag = False


class SyncAxemaUserResponse(WireModel):
    """What was done for one person, or would be done, and why. `id` is the job's.

    `outcome` is Create, Adopt, Update, Reactivate, Unchanged or Skipped. `fields` are those that differ.
    """

    id: WireGuid
    axema_user_id: str
    customer_id: WireGuid | None
    name: str | None
    outcome: str
    reason: str
    dry_run: bool
    fields: list[AxemaUserSyncFieldChange]


class QueryAxemaUsers(CompanyRequest):
    """Finds people by their Axema user id, name, e-mail, phone or customer id, at most 50."""

    search: str = Field(min_length=1, max_length=200)


class AxemaUserResponse(WireModel):
    """What is known about one person (usersync/why.py). Members without a value are absent.

    `next_step` is Create, Update, Skip, Deactivate or Nothing.
    """

    axema_user_id: str | None
    customer_id: WireGuid | None
    name: str | None
    visible: bool | None
    listed: bool | None
    missing_since: WireDate | None
    reason: str | None
    skipped: bool
    changed_by: WireGuid | None
    changed_date: WireDate | None
    next_step: str


class QueryAxemaUsersResponse(WireModel):
    """The people whom the search finds, by the list of the last completed sync: the job's id and its end."""

    list_id: WireGuid | None
    list_date: WireDate | None
    results: list[AxemaUserResponse]


QUERY_AXEMA_USERS = Operation(
    QueryAxemaUsers,
    QueryAxemaUsersResponse,
    method="GET",
    path="/codelock/axema/usersync/users",
    roles=WRITERS,
    summary="Query why people are customers or are not",
    notes=(
        "Returns what is known of each person since the last completed sync, and what the next sync does if the record "
        "in Axema stays as it was then."
    ),
    is_ours=True,
)


SYNC_AXEMA_USER = Operation(
    SyncAxemaUser,
    SyncAxemaUserResponse,
    method="POST",
    path="/codelock/axema/usersync/users/{AxemaUserId}",
    roles=WRITERS,
    summary="Sync one Axema user now",
    notes=(
        "Finds the user in Axema's list, writes the customer and returns what was done and why, within 25 seconds. "
        "It takes the company's lock, so it does not run next to a sync."
    ),
    is_ours=True,
)


def person_response(outcome: "PersonOutcome") -> SyncAxemaUserResponse:
    """The DTO of what a job did for its person."""
    job, change = outcome.job, outcome.change
    return SyncAxemaUserResponse(
        id=job.id,
        axema_user_id=job.only_user_id or "",
        customer_id=outcome.customer_id,
        name=change.name if change else None,
        outcome=outcome.outcome,
        reason=outcome.reason,
        dry_run=job.is_preview,
        fields=field_responses(change) if change else [],
    )


def users_response(found: "Explanations") -> QueryAxemaUsersResponse:
    """The DTO of explanations."""
    completed = found.completed
    return QueryAxemaUsersResponse(
        list_id=completed.id if completed else None,
        list_date=completed.completed_at if completed else None,
        results=[_user(each) for each in found.people],
    )


def _user(found: "Explanation") -> AxemaUserResponse:
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
