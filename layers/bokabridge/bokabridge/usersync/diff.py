"""The changes that the plan of a page makes to the customers as they are now. Pure functions."""

from collections.abc import Mapping, Sequence

from bokabridge.customers.model import Customer
from bokabridge.usersync.actions import Write
from bokabridge.usersync.changes import VISIBLE, ChangeKind, PersonChange, differences, values_of, visible_text
from bokabridge.usersync.plan import Plan

type Stored = Mapping[str, Customer]
"""Customers as they are before a page is written, by id."""


def changes_of(plan: Plan, stored: Stored, earlier: Sequence[PersonChange] = ()) -> list[PersonChange]:
    """The changes of all writes of a plan.

    `earlier` are the changes of a worker that died on the same page. Those that the customers show have happened: they
    keep their values before, and are kept if the plan does not repeat them.
    """
    happened = {each.customer_id: each for each in earlier if _is_shown(each, stored)}
    writes = [action for action in plan.actions if isinstance(action, Write)]
    changes = [_change_of(write, stored, happened.pop(write.customer.customer_id, None)) for write in writes]
    return [*changes, *happened.values()]


def _is_shown(change: PersonChange, stored: Stored) -> bool:
    customer = stored.get(change.customer_id)
    values = values_of(customer)
    return customer is not None and all((values[each.field] or None) == each.after for each in change.fields)


def _change_of(write: Write, stored: Stored, earlier: PersonChange | None) -> PersonChange:
    customer = write.customer
    name = f"{customer.person.first_name} {customer.person.last_name}".strip()
    if write.kind is ChangeKind.Create:
        return PersonChange(write.kind, customer.source_user_id, customer.customer_id, name)
    now = values_of(stored.get(customer.customer_id))
    shown = {VISIBLE: visible_text(True)} if customer.shows else {}
    after = {**now, **customer.person.written(), **shown}
    kind = earlier.kind if earlier else write.kind
    before = {**now, **{each.field: each.before for each in earlier.fields}} if earlier else now
    return PersonChange(kind, customer.source_user_id, customer.customer_id, name, differences(before, after))
