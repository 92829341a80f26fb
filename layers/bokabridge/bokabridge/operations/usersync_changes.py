"""The operation that lists what a sync changed about each person, or would change (our addition)."""

from typing import TYPE_CHECKING, Annotated

from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, StoredId, WindowRequest, WireGuid, WireModel, enum_member
from bokabridge.operations.roles import WRITERS
from bokabridge.usersync.changes import VISIBLE, ChangeKind, PersonChange

if TYPE_CHECKING:
    from bokabridge.usersync.history import PastChange

_FIELDS = {
    "first_name": "Firstname",
    "last_name": "Lastname",
    "email": "Email",
    "phone": "Phone",
    VISIBLE: "Visible",
}
"""The names of a customer's members (CustomerResponse) by the field of a change."""


class QueryAxemaUserSyncChanges(CompanyRequest, WindowRequest):
    """Lists the changes of one job, in the order of Axema's list. Without a Kind it lists all."""

    id: StoredId
    kind: Annotated[ChangeKind | None, enum_member(ChangeKind, "InvalidKind")] = None


class AxemaUserSyncFieldChange(WireModel):
    """One member of a customer, before and after the change. A member without a value is absent."""

    field: str
    before: str | None
    after: str | None


class AxemaUserSyncChange(WireModel):
    """What a sync changed about one person, or would change. `outcome` says which (history.py)."""

    axema_user_id: str
    customer_id: WireGuid
    name: str
    kind: str
    outcome: str
    fields: list[AxemaUserSyncFieldChange]


class QueryAxemaUserSyncChangesResponse(WireModel):
    """Changes of a job."""

    results: list[AxemaUserSyncChange]


QUERY_AXEMA_USER_SYNC_CHANGES = Operation(
    QueryAxemaUserSyncChanges,
    QueryAxemaUserSyncChangesResponse,
    method="GET",
    path="/codelock/axema/usersync/{Id}/changes",
    roles=WRITERS,
    summary="Query what an Axema user sync job changed about each person",
    notes="Returns the people whom the sync created, updated or missed, each with the fields before and after.",
    is_ours=True,
)


def changes_response(changes: "list[PastChange]") -> QueryAxemaUserSyncChangesResponse:
    """The DTO of a job's changes."""
    return QueryAxemaUserSyncChangesResponse(results=[_change(each) for each in changes])


def _change(past: "PastChange") -> AxemaUserSyncChange:
    change = past.change
    return AxemaUserSyncChange(
        axema_user_id=change.source_user_id,
        customer_id=change.customer_id,
        name=change.name,
        kind=change.kind,
        outcome=past.outcome,
        fields=field_responses(change),
    )


def field_responses(change: PersonChange) -> list[AxemaUserSyncFieldChange]:
    """The DTOs of a change's fields."""
    return [
        AxemaUserSyncFieldChange(field=_FIELDS[each.field], before=each.before, after=each.after)
        for each in change.fields
    ]
