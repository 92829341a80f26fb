"""The changes of a sync: what it did to each person, or would do. They are the per-person log of a job."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bokabridge.customers.model import Customer

VISIBLE = "visible"
"""The field of a change that says whether the customer is active: "true" or "false"."""


class ChangeKind(StrEnum):
    """The kind of a person's change. `Left` changes nothing: the list does not have the person any more."""

    Create = "Create"
    Adopt = "Adopt"
    Update = "Update"
    Reactivate = "Reactivate"
    Left = "Left"
    Deactivate = "Deactivate"


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field of a Person, or VISIBLE, with its values before and after. None stands for no value."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PersonChange:
    """What a sync changes about one person. `name` is the customer's after the change.

    A created customer has no `fields`. Another one has those that differ, which may be none.
    """

    kind: ChangeKind
    source_user_id: str
    customer_id: str
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """A change in a job's log, and the index of its page."""

    page_index: int
    change: PersonChange


def values_of(customer: Customer | None) -> dict[str, str | None]:
    """The values of the fields that a change may have, by field. A customer who does not exist has none."""
    if customer is None:
        return {}
    return {**customer.person.written(), VISIBLE: visible_text(customer.is_visible)}


def visible_text(is_visible: bool) -> str:
    """The value of VISIBLE."""
    return "true" if is_visible else "false"


def differences(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of `after`. None and "" count as the same, as do fields without a value."""
    return tuple(
        FieldChange(field, before.get(field) or None, value or None)
        for field, value in after.items()
        if (before.get(field) or None) != (value or None)
    )
