"""What an undo does with changes of an earlier job. Pure functions from values to values.

Each field gets the value back that it had before the change, if it still has the value that the change gave it. A
created customer becomes inactive.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bokabridge.customers.model import Customer, CustomerEdit
from bokabridge.customers.person import FIELD_NAMES
from bokabridge.usersync.changes import (
    VISIBLE,
    ChangeKind,
    FieldChange,
    PersonChange,
    differences,
    values_of,
    visible_text,
)
from bokabridge.usersync.job import Counters
from bokabridge.usersync.link import Link
from bokabridge.usersync.people import Issue

GONE = "The customer does not exist any more, so nothing was restored."
_NAMES = {"first_name": "first name", "last_name": "last name", "email": "e-mail", "phone": "phone", VISIBLE: "state"}
_NEVER_NONE = ("first_name", "last_name")
_CREATED = FieldChange(VISIBLE, visible_text(False), visible_text(True))

type Values = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Reverted:
    """What becomes of one customer. `change` is None if nothing does, and `edit` is None if that is done already."""

    change: PersonChange | None = None
    edit: CustomerEdit | None = None
    issue: Issue | None = None

    @property
    def outcome(self) -> str:
        """The counter of this customer."""
        if self.change:
            return "updated"
        return "skipped" if self.issue else "unchanged"


@dataclass(frozen=True, slots=True)
class Reversal:
    """What an undo does with one page of changes. Planning it changes nothing."""

    customers: tuple[Reverted, ...]

    @property
    def edits(self) -> list[CustomerEdit]:
        """The edits that are left to make."""
        return [each.edit for each in self.customers if each.edit]

    @property
    def changes(self) -> list[PersonChange]:
        """The undo's own changes."""
        return [each.change for each in self.customers if each.change]

    @property
    def issues(self) -> list[Issue]:
        """The fields that were changed since, and the customers who are gone."""
        return [each.issue for each in self.customers if each.issue]

    @property
    def counters(self) -> Counters:
        """The number of customers with each outcome."""
        outcomes = [each.outcome for each in self.customers]
        return Counters(found=len(outcomes), **{name: outcomes.count(name) for name in set(outcomes)})


def revert(
    changes: Sequence[PersonChange],
    stored: Mapping[str, Customer],
    links: Mapping[str, Link],
    earlier: Iterable[PersonChange],
) -> Reversal:
    """The reversal of these changes, the last one first.

    `stored` has their customers as they are now, and `links` the links to them, both by customer id. `earlier` are
    the changes that a worker of the same page has planned before it died. Those that the customers show are done.
    """
    done = {each.customer_id: each for each in earlier if _is_shown(each, stored.get(each.customer_id))}
    by_customer: dict[str, list[PersonChange]] = {}
    for change in reversed(changes):
        if change.kind is not ChangeKind.Left:
            by_customer.setdefault(change.customer_id, []).append(change)
    return Reversal(
        tuple(
            _reverted(of_customer, stored.get(customer_id), links.get(customer_id), done.get(customer_id))
            for customer_id, of_customer in by_customer.items()
        )
    )


def _is_shown(change: PersonChange, customer: Customer | None) -> bool:
    values = values_of(customer)
    return customer is not None and all((values[each.field] or None) == each.after for each in change.fields)


def _reverted(
    changes: Sequence[PersonChange], customer: Customer | None, link: Link | None, done: PersonChange | None
) -> Reverted:
    user_id = changes[0].source_user_id
    if customer is None:
        return Reverted(issue=Issue(user_id, GONE, skipped=True))
    now = values_of(customer)
    before = {**now, **{each.field: each.before for each in done.fields}} if done else now
    wanted, kept = _restored(now, changes, is_hidden_by_hand=bool(link and not link.is_deactivated))
    fields = differences(before, wanted)
    issue = Issue(user_id, _kept_text(kept), skipped=not fields) if kept else None
    if not fields:
        return Reverted(issue=issue)
    after = _with(customer, wanted)
    name = f"{after.person.first_name} {after.person.last_name}".strip()
    edit = CustomerEdit(customer, after) if differences(now, wanted) else None
    return Reverted(PersonChange(_kind(fields), user_id, customer.id, name, fields), edit, issue)


def _restored(
    now: Values, changes: Iterable[PersonChange], *, is_hidden_by_hand: bool
) -> tuple[dict[str, str | None], list[str]]:
    """The values after the reversal, and the fields that somebody has changed since and that keep their values."""
    values, kept = dict(now), []
    for field in _fields(changes):
        value, before = values[field.field] or None, field.before
        if value == before:
            continue
        if value != field.after or (field.field == VISIBLE and before == visible_text(True) and is_hidden_by_hand):
            kept.append(field.field)
        else:
            values[field.field] = before
    if not values["first_name"] and not values["last_name"]:  # the change made a customer whom somebody had removed
        values = {**now, VISIBLE: visible_text(False)}
    return values, kept


def _fields(changes: Iterable[PersonChange]) -> Iterator[FieldChange]:
    for change in changes:
        yield from (_CREATED,) if change.kind is ChangeKind.Create else change.fields


def _with(customer: Customer, values: Values) -> Customer:
    fields: dict[str, Any] = {name: values[name] or ("" if name in _NEVER_NONE else None) for name in FIELD_NAMES}
    is_visible = values[VISIBLE] == visible_text(True)
    return replace(customer, person=replace(customer.person, **fields), is_visible=is_visible)


def _kind(fields: Iterable[FieldChange]) -> ChangeKind:
    """The kind of a change with these fields."""
    shown = next((each.after for each in fields if each.field == VISIBLE), None)
    if shown is None:
        return ChangeKind.Update
    return ChangeKind.Reactivate if shown == visible_text(True) else ChangeKind.Deactivate


def _kept_text(fields: Iterable[str]) -> str:
    names = ", ".join(_NAMES[field] for field in dict.fromkeys(fields))
    return f"Changed since that sync, so it stays as it is: {names}."
