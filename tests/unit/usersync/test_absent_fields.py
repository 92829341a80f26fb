"""Complete syncs of a source that does not send every field of a person."""

from dataclasses import replace

from bokabridge.customers.model import Change, Customer, CustomerWrite
from bokabridge.customers.person import Person
from bokabridge.paging import Window
from bokabridge.usersync.people import AxemaUser, NoText
from tests.data import COMPANY_ID
from tests.unit.usersync.world import World

ANNA = AxemaUser("u1", "Berg, Anna", "anna@example.com", NoText.Absent)
TYPED = "+46701740609"


def the_only(world: World) -> Customer:
    (customer,) = world.customers.list(COMPANY_ID, Window(0, 10))
    return customer


def type_a_phone(world: World) -> None:
    customer = the_only(world)
    person = replace(customer.person, phone=TYPED)
    world.customers.apply(COMPANY_ID, [CustomerWrite(Change.Update, customer.id, "u1", person)])


def test_phone_typed_in_by_hand_survives_a_change_of_name_if_the_source_has_no_phones() -> None:
    world = World([ANNA])
    assert world.sync().created == 1
    type_a_phone(world)
    world.source.records = [replace(ANNA, name="Öberg, Anna")]
    assert world.sync().updated == 1
    assert the_only(world).person == Person("Anna", "Öberg", "anna@example.com", TYPED)


def test_phone_typed_in_by_hand_survives_the_adoption() -> None:
    world = World([ANNA])
    by_hand = Person("Anna", "Berg", "anna@example.com", TYPED)
    world.customers.add_unlinked(Customer("by-hand", COMPANY_ID, by_hand, world.now, world.now))
    assert world.sync().updated == 1
    assert the_only(world).person == by_hand
    assert the_only(world).source_user_id == "u1"


def test_phone_is_cleared_when_the_source_begins_to_send_an_empty_one() -> None:
    world = World([ANNA])
    world.sync()
    type_a_phone(world)
    world.source.records = [replace(ANNA, phone="")]
    assert world.sync().updated == 1
    assert the_only(world).person.phone is None
    assert world.sync().unchanged == 1
