"""The log of a job's changes, compared with what became of the customers, for the sync engine's state machine."""

from collections.abc import Collection, Iterable, Mapping

from bokabridge.customers.model import Customer
from bokabridge.usersync.changes import VISIBLE, ChangeKind, PersonChange, values_of

type Values = Mapping[str, Mapping[str, str | None]]
"""The values of each customer's fields, by id and field. "" is None."""


def snapshot(customers: Iterable[Customer]) -> Values:
    """The customers as they are now."""
    return {each.id: {field: value or None for field, value in values_of(each).items()} for each in customers}


def untold(before: Values, changes: Iterable[PersonChange], now: Values) -> str:
    """What the changes do not say about the customers' way from `before` to `now`, or ""."""
    told = {customer_id: dict(values) for customer_id, values in before.items()}
    for change in changes:
        if change.kind is ChangeKind.Create:
            told[change.customer_id] = dict(now.get(change.customer_id, {}))
        for field in change.fields:
            values = told.setdefault(change.customer_id, {})
            if values.get(field.field) != field.before:
                return f"{change.kind} of {field.field}: {field.before!r} was not its value before"
            values[field.field] = field.after
    return "" if told == now else f"the log tells {told}, and the customers are {now}"


def restored(before: Values, written: Values, edited: Values, created: Collection[str]) -> Values:
    """The customers after the undo of a run that led from `before` to `written`, and of nobody's edits since.

    The run created some of them, perhaps again after a worker had died.
    """
    return {
        customer_id: {
            field: value if value != written[customer_id][field] else before[customer_id][field]
            for field, value in values.items()
        }
        if customer_id not in created
        else {**values, VISIBLE: "false"}
        for customer_id, values in edited.items()
    }
