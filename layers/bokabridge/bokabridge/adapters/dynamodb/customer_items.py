"""Customers as items of CustomersTable: `CUSTOMER#<id>`.

An item has the keys under which the table's indexes find it: Name1 to Name6, of which each begins with another word of
the name, PhoneKey, PhoneEnd, and the e-mail itself. An index has the name of its range key. Visible is False if the
customer is inactive, and may be absent otherwise.
"""

from datetime import datetime

from bokabridge.adapters.dynamodb.expressions import Filter, Update
from bokabridge.adapters.dynamodb.items import Item
from bokabridge.adapters.dynamodb.keys import CUSTOMER, key
from bokabridge.customers.model import Customer, CustomerEdit, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.customers.search import MAX_NAME_KEYS, name_keys, phone_end_key, phone_key
from bokabridge.dates import format_date, parse_date

PERSON_ATTRIBUTES = {
    "first_name": "Firstname",
    "last_name": "Lastname",
    "email": "Email",
    "phone": "Phone",
}
"""The attribute in which each field of a Person is stored."""

NAME_INDEXES = tuple(f"Name{number}" for number in range(1, MAX_NAME_KEYS + 1))
EMAIL_INDEX, PHONE_INDEX, PHONE_END_INDEX = "Email", "PhoneKey", "PhoneEnd"


def customer_key(company_id: str, customer_id: str) -> Item:
    """The key of a customer."""
    return key(company_id, CUSTOMER + customer_id)


def to_item(customer: Customer) -> Item:
    """A customer's item."""
    return {
        **customer_key(customer.company_id, customer.id),
        **_members(customer.person),
        "SourceUserId": customer.source_user_id,
        "Created": format_date(customer.created_at),
        "Updated": format_date(customer.updated_at),
    }


def from_item(company_id: str, item: Item) -> Customer:
    """The customer in an item."""
    person: Item = {field: item.get(attribute) for field, attribute in PERSON_ATTRIBUTES.items()}
    return Customer(
        id=id_of(item),
        company_id=company_id,
        person=Person(**person),
        created_at=parse_date(item["Created"]),
        updated_at=parse_date(item["Updated"]),
        source_user_id=item.get("SourceUserId"),
        is_visible=item.get("Visible", True),
    )


def id_of(item: Item) -> str:
    """The id of the customer in an item of the table or of an index."""
    customer_id: str = item["SK"].removeprefix(CUSTOMER)
    return customer_id


def upsert(company_id: str, write: CustomerWrite, now: datetime) -> Update:
    """Sets the person's fields, removes those that are None, and keeps absent ones. Creates a missing customer."""
    updated = format_date(now)
    return Update.setting(
        customer_key(company_id, write.customer_id),
        {
            **_members(write.person),
            "SourceUserId": write.source_user_id,
            "Updated": updated,
            **({"Visible": True} if write.shows else {}),
        },
        if_absent={"Created": updated},
    )


def set_visible(company_id: str, customer_id: str, now: datetime, *, is_visible: bool) -> Update:
    """The update that makes a customer active or inactive, if it exists."""
    return Update.setting(
        customer_key(company_id, customer_id),
        {"Visible": is_visible, "Updated": format_date(now)},
        condition="attribute_exists(PK)",
    )


def edited(company_id: str, edit: CustomerEdit, now: datetime) -> Update:
    """The update that makes an edit, if the customer's fields are still as they were read."""
    before = edit.before
    stored: Item = {name: getattr(before.person, field) or "" for field, name in PERSON_ATTRIBUTES.items()}
    stored["Visible"] = before.is_visible
    may_be_absent = {name for name, value in stored.items() if value in ("", True)}
    conditions = [
        f"(attribute_not_exists(#{name}) OR #{name} = :{name})" if name in may_be_absent else f"#{name} = :{name}"
        for name in stored
    ]
    return Update.setting(
        customer_key(company_id, edit.before.id),
        {**_members(edit.after.person), "Visible": edit.after.is_visible, "Updated": format_date(now)},
        condition=" AND ".join(["attribute_exists(PK)", *conditions]),
        condition_values={f":{name}": value for name, value in stored.items()},
    )


def visible_only(visible: bool | None) -> Filter | None:
    """The filter for active customers (True) or for inactive ones (False)."""
    if visible is None:
        return None
    is_stored = "Visible = :visible"
    return Filter(f"attribute_not_exists(Visible) OR {is_stored}" if visible else is_stored, {}, {":visible": visible})


def add_keys(company_id: str, customer: Customer) -> Update:
    """The update that adds the keys which the customer's item lacks, unless somebody has changed the customer."""
    return Update.setting(
        customer_key(company_id, customer.id),
        _search_keys(customer.person),
        condition="attribute_exists(PK) AND attribute_not_exists(#Name1) AND #Updated = :updated",
        condition_values={":updated": format_date(customer.updated_at)},
    )


def _members(person: Person) -> Item:
    return {
        **{PERSON_ATTRIBUTES[field]: value for field, value in person.written().items()},
        **_search_keys(person),
    }


def _search_keys(person: Person) -> Item:
    """The keys of what a sync writes. Those that it does not need are None."""
    names = dict(zip(NAME_INDEXES, name_keys(person.first_name, person.last_name), strict=False))
    phones = {PHONE_INDEX: phone_key(person.phone), PHONE_END_INDEX: phone_end_key(person.phone)}
    return {**dict.fromkeys(NAME_INDEXES), **names, **({} if "phone" in person.absent else phones)}
