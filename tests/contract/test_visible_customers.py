"""Active and inactive customers in every CustomerDirectory."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bokabridge.customers.model import Change, CustomerEdit
from bokabridge.customers.search import read_search
from bokabridge.errors import RetriableError
from bokabridge.paging import Window
from tests.data import COMPANY_ID, OTHER_COMPANY_ID
from tests.directories import Directory, Now, write

TEN = Window(0, 10)


@pytest.fixture
def five(customers: Directory) -> Directory:
    """Five customers, of whom the third and the fifth are inactive."""
    customers.apply(COMPANY_ID, [write(Change.Create, at, f"asa{at}@example.com") for at in range(5)])
    customers.set_visible(COMPANY_ID, ["customer-002", "customer-004"], is_visible=False)
    return customers


def numbers(customers: Directory, window: Window, *, visible: bool | None, after: str | None = None) -> list[int]:
    return [int(each.id[-3:]) for each in customers.list(COMPANY_ID, window, after, visible=visible)]


def visible(customers: Directory, number: int) -> bool:
    customer_id = f"customer-{number:03}"
    return customers.existing(COMPANY_ID, [customer_id])[customer_id].is_visible


def test_list_and_count_choose_active_or_inactive_customers(five: Directory) -> None:
    assert numbers(five, TEN, visible=None) == [0, 1, 2, 3, 4]
    assert numbers(five, TEN, visible=True) == [0, 1, 3]
    assert numbers(five, TEN, visible=False) == [2, 4]
    assert numbers(five, Window(1, 1), visible=False) == [4]
    assert numbers(five, Window(0, 1), visible=True, after="customer-001") == [3]
    assert [five.count(COMPANY_ID, visible=each) for each in (None, True, False)] == [5, 3, 2]


def test_search_chooses_active_or_inactive_customers(five: Directory) -> None:
    search = read_search("asa")
    found = {
        each: [customer.id[-1] for customer in five.search(COMPANY_ID, search, Window(1, 2), visible=each).results]
        for each in (None, True, False)
    }
    assert found == {None: ["1", "2"], True: ["1", "3"], False: ["4"]}
    assert [five.search(COMPANY_ID, search, TEN, visible=each).total for each in (None, True, False)] == [5, 3, 2]


def test_customers_who_do_not_exist_are_not_made(customers: Directory) -> None:
    customers.set_visible(COMPANY_ID, ["customer-001"], is_visible=False)
    customers.set_visible(OTHER_COMPANY_ID, ["customer-001"], is_visible=True)
    assert customers.list(COMPANY_ID, TEN) == []


def test_change_of_visibility_changes_nothing_else_but_the_date(five: Directory, now: Now) -> None:
    before = five.existing(COMPANY_ID, ["customer-001"])["customer-001"]
    now.at += timedelta(seconds=1)
    five.set_visible(COMPANY_ID, ["customer-001"], is_visible=False)
    after = five.existing(COMPANY_ID, ["customer-001"])["customer-001"]
    assert after == replace(before, is_visible=False, updated_at=now())


def test_update_keeps_a_customer_inactive_unless_it_shows_the_customer(five: Directory) -> None:
    five.apply(COMPANY_ID, [write(Change.Update, 2)])
    assert not visible(five, 2)
    five.apply(COMPANY_ID, [replace(write(Change.Update, 2), shows=True)])
    assert visible(five, 2)
    five.set_visible(COMPANY_ID, ["customer-004"], is_visible=True)
    assert visible(five, 4)


def edit(customers: Directory, number: int, is_visible: bool, **fields: str | None) -> CustomerEdit:
    """An edit of a customer as it is now."""
    customer_id = f"customer-{number:03}"
    before = customers.existing(COMPANY_ID, [customer_id])[customer_id]
    person = replace(before.person, **fields)  # type: ignore[arg-type]  # names and texts
    return CustomerEdit(before, replace(before, person=person, is_visible=is_visible))


def test_edit_changes_fields_and_visibility_and_nothing_else_but_the_date(five: Directory, now: Now) -> None:
    now.at += timedelta(seconds=1)
    edits = [
        edit(five, 1, is_visible=False, last_name="Lund", email=None, phone="+46701740605"),
        edit(five, 2, is_visible=True),
    ]
    five.edit(COMPANY_ID, edits)
    found = five.existing(COMPANY_ID, [each.before.id for each in edits])
    assert found == {each.after.id: replace(each.after, updated_at=now()) for each in edits}
    lund = read_search("lund")
    assert [each.id for each in five.search(COMPANY_ID, lund, TEN).results] == ["customer-001"]
    again = [edit(five, 1, is_visible=True, last_name="Öberg1", email="asa1@example.com", phone=None)]
    five.edit(COMPANY_ID, again)
    assert five.search(COMPANY_ID, lund, TEN).results == []
    assert five.search(COMPANY_ID, read_search("asa1@example.com"), TEN, visible=True).total == 1


@pytest.mark.parametrize("meanwhile", ["a field", "an empty field", "visibility", "removed"])
def test_edit_of_a_customer_that_was_changed_meanwhile_is_refused(five: Directory, meanwhile: str) -> None:
    planned = edit(five, 1, is_visible=False, last_name="Lund")
    match meanwhile:
        case "a field":
            five.edit(COMPANY_ID, [edit(five, 1, is_visible=True, first_name="Eva")])
        case "an empty field":
            five.edit(COMPANY_ID, [edit(five, 1, is_visible=True, phone="+46701740605")])
        case "visibility":
            five.set_visible(COMPANY_ID, ["customer-001"], is_visible=False)
        case "removed":
            planned = replace(planned, before=replace(planned.before, id="gone"))
    before = five.list(COMPANY_ID, TEN)
    with pytest.raises(RetriableError):
        five.edit(COMPANY_ID, [planned])
    assert five.list(COMPANY_ID, TEN) == before
