"""The rules that split a name into first and last name."""

import pytest

from bokabridge.settings.model import NameOrder
from bokabridge.usersync.names import split_name
from bokabridge.usersync.normalise import normalise
from bokabridge.usersync.people import AxemaUser
from local.axema.names import FAMILY_NAMES, GIVEN_NAMES
from local.axema.people import person

LAST_FIRST, FIRST_LAST = NameOrder.LastFirst, NameOrder.FirstLast


@pytest.mark.parametrize(
    ("name", "order", "expected"),
    [
        ("Öberg, Åsa", FIRST_LAST, ("Åsa", "Öberg")),
        ("Lindström-Öberg, Anna Karin", FIRST_LAST, ("Anna Karin", "Lindström-Öberg")),
        ("Öberg Åsa", LAST_FIRST, ("Åsa", "Öberg")),
        ("Öberg Anna Karin", LAST_FIRST, ("Anna Karin", "Öberg")),
        ("Åsa Öberg", FIRST_LAST, ("Åsa", "Öberg")),
        ("Anna Karin Öberg", FIRST_LAST, ("Anna Karin", "Öberg")),
        ("Vaktmästaren", LAST_FIRST, ("Vaktmästaren", "")),
        ("Öberg,", LAST_FIRST, ("", "Öberg")),
        (", Åsa", LAST_FIRST, ("Åsa", "")),
    ],
)
def test_comma_decides_the_order_of_names_before_the_companys_setting(
    name: str, order: NameOrder, expected: tuple[str, str]
) -> None:
    assert split_name(name, order) == expected


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Anna", "von Ekfors"),
        ("Anna Maria", "von Ekfors"),
        ("Eva Lena", "af Granlund"),
        ("Anna", "Von Ekfors"),
        ("ANNA", "VON EKFORS"),
        ("Magnus Gabriel", "de la Gardie"),
        ("Magnus Gabriel", "De La Gardie"),
        ("Jan", "van der Berg"),
        ("Jan", "Van Der Berg"),
        ("Ursula", "von der Leyen"),
        ("Carl", "de Geer af Leufsta"),
        ("Maria", "dos Santos"),
        ("Rosa", "di Marco"),
        ("Anna", "zu Ekfors"),
        ("Bo", "av Ekfors"),
        ("Joke", "ter Braak"),
        ("Omar", "al Hassan"),
        ("Anna", "Du Rietz"),
        ("Jan", "Den Boer"),
        ("Anna", "von Ekfors-Berg"),
    ],
)
def test_particles_belong_to_the_last_name_in_both_orders_and_with_a_comma(first: str, last: str) -> None:
    assert split_name(f"{last} {first}", LAST_FIRST) == (first, last)
    assert split_name(f"{first} {last}", FIRST_LAST) == (first, last)
    for order in NameOrder:
        assert split_name(f"{last}, {first}", order) == (first, last)


@pytest.mark.parametrize("order", NameOrder)
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("von Ekfors Anna", ("Anna", "von Ekfors")),
        ("Anna von Ekfors", ("Anna", "von Ekfors")),
        ("Anna, von Ekfors", ("Anna", "von Ekfors")),
        ("Ekfors, Anna von", ("Anna", "von Ekfors")),
        ("von Ekfors", ("", "von Ekfors")),
        ("Anna von", ("Anna", "von")),
        ("von", ("von", "")),
        ("von der", ("von der", "")),
    ],
)
def test_particle_decides_the_order_before_the_companys_setting(
    name: str, order: NameOrder, expected: tuple[str, str]
) -> None:
    assert split_name(name, order) == expected


@pytest.mark.parametrize(
    ("name", "order", "expected"),
    [
        ("Ekfors Anna von", LAST_FIRST, ("Anna", "von Ekfors")),
        ("Svensson von Ekfors Anna", LAST_FIRST, ("Anna", "Svensson von Ekfors")),
        ("Omar Al Hassan", FIRST_LAST, ("Omar", "Al Hassan")),
        ("Al Hassan Omar", LAST_FIRST, ("Omar", "Al Hassan")),
        ("Jean-Claude Van Damme", FIRST_LAST, ("Jean-Claude", "Van Damme")),
    ],
)
def test_particles_in_other_places(name: str, order: NameOrder, expected: tuple[str, str]) -> None:
    assert split_name(name, order) == expected


@pytest.mark.parametrize(
    ("name", "order", "expected"),
    [
        ("Le Minh", LAST_FIRST, ("Minh", "Le")),
        ("Minh Le", FIRST_LAST, ("Minh", "Le")),
        ("Nguyen Van Minh", LAST_FIRST, ("Van Minh", "Nguyen")),
        ("Le Van Minh", LAST_FIRST, ("Van Minh", "Le")),
        ("Van Morrison", FIRST_LAST, ("Van", "Morrison")),
        ("Al Gore", FIRST_LAST, ("Al", "Gore")),
        ("Vonnegut Kurt", LAST_FIRST, ("Kurt", "Vonnegut")),
        ("Afzelius Bo", LAST_FIRST, ("Bo", "Afzelius")),
        ("Mc Donald", LAST_FIRST, ("Donald", "Mc")),
        ("O'Brien Anna", LAST_FIRST, ("Anna", "O'Brien")),
    ],
)
def test_names_that_only_look_like_particles(name: str, order: NameOrder, expected: tuple[str, str]) -> None:
    assert split_name(name, order) == expected


@pytest.mark.parametrize("order", NameOrder)
@pytest.mark.parametrize(
    "name",
    [
        "Städ & Fönster AB", "AB Städ & Fönster", "Städ, Fönster & Puts AB", "Fönsterputs i Malmö AB", "Berg AB",
        "berg ab", "Brf Solgläntan", "BRF Solgläntan 12", "Brf Solgläntan lgh 1201", "Bostadsrättsföreningen Solen",
        "HSB Malmö", "Riksbyggen Syd", "Handelsbolaget X HB",
        "Bergs KB", "Stiftelsen Hemmet", "Föreningen Norden", "Ek. för. Solen",
        "Odlarnas ekonomiska förening", "Solens samfällighetsförening", "Berg & Co", "Berg och Co", "Acme Inc.",
        "Acme Ltd", "Schmidt GmbH", "Oy Nokia Ab", "Nordic AS", "Dansk ApS", "Styrelsen Solen", "Malmö kommun",
        "Berg & Dal",
        "Lgh 1201", "lgh1201", "Lgh. 1201 tr 2", "Lägenhet 12", "1201", "A1201", "12B", "Lgh A", "Lgh 1201, 2 tr",
        "Vån 3", "Lägenhet nr 12", "(1201)",
    ],
)  # fmt: skip
def test_organisation_or_flat_stays_whole_in_the_first_name(name: str, order: NameOrder) -> None:
    assert split_name(name, order) == (name, "")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Abrahamsson Per", ("Per", "Abrahamsson")),
        ("Hbson Abel", ("Abel", "Hbson")),
        ("Brfsson Anna", ("Anna", "Brfsson")),
        ("Ab Klink", ("Klink", "Ab")),
        ("Ek Bo", ("Bo", "Ek")),
        ("Bolagh Omar", ("Omar", "Bolagh")),
        ("Plan Anna", ("Anna", "Plan")),
        ("Port Anna", ("Anna", "Port")),
        ("Svensson Anna & Bo", ("Anna & Bo", "Svensson")),
        ("Svensson Anna och Bo", ("Anna och Bo", "Svensson")),
    ],
)
def test_people_whose_names_look_like_organisations_or_flats_are_people(name: str, expected: tuple[str, str]) -> None:
    assert split_name(name, LAST_FIRST) == expected


@pytest.mark.parametrize(
    ("name", "flat"),
    [
        ("Svensson, Anna, Lgh 1201", "Lgh 1201"),
        ("Svensson, Anna Lgh 1201", "Lgh 1201"),
        ("Svensson, Anna 1201", "1201"),
        ("Svensson lgh 1201, Anna", "lgh 1201"),
        ("Lgh 1201 Svensson Anna", "Lgh 1201"),
        ("Lgh 1201, Svensson, Anna", "Lgh 1201"),
        ("Lgh 1201 - Svensson Anna", "Lgh 1201"),
        ("Lgh 1201: Svensson Anna", "Lgh 1201"),
        ("1201 Svensson Anna", "1201"),
        ("1201/Svensson Anna", "1201"),
        ("A1201 Svensson Anna", "A1201"),
        ("Svensson Anna lgh 1201", "lgh 1201"),
        ("Svensson Anna, lgh 1201", "lgh 1201"),
        ("Svensson Anna (lgh 1201)", "lgh 1201"),
        ("Svensson Anna [1201]", "1201"),
        ("Svensson, Anna, Lgh. 1201 tr 2", "Lgh. 1201 tr 2"),
        ("Svensson Anna 2 tr", "2 tr"),
        ("Svensson Anna vån 3", "vån 3"),
        ("Svensson Anna lgh A", "lgh A"),
        ("Svensson Anna lägenhet 12B", "lägenhet 12B"),
        ("Svensson Anna 2", "2"),
        ("Svensson Anna | Lgh 1201", "Lgh 1201"),
        ("Svensson Anna-1201", "1201"),
        ("Svensson/1201, Anna", "1201"),
        ("Svensson Anna #1201", "#1201"),
        ("Svensson Anna, #12", "#12"),
        ("Svensson Anna rum 12", "rum 12"),
        ("Svensson Anna, trapphus 3, lgh 2", "trapphus 3, lgh 2"),
        ("Svensson Anna lägenhetsnummer 1201", "lägenhetsnummer 1201"),
        ("Svensson Anna 3 tr ög", "3 tr ög"),
        ("Svensson, Anna, 070-1740605", "070-1740605"),
        ("Svensson Anna (Brf Solen)", "Brf Solen"),
        ("Svensson, Anna (Brf Solen)", "Brf Solen"),
        ("Svensson, Anna, Brf Solen", "Brf Solen"),
    ],
)
def test_flat_next_to_a_persons_name_is_at_the_end_of_the_last_name(name: str, flat: str) -> None:
    assert split_name(name, LAST_FIRST) == ("Anna", f"Svensson {flat}")
    in_the_other_order = name.replace("Svensson Anna", "Anna Svensson")
    assert split_name(in_the_other_order, FIRST_LAST) == ("Anna", f"Svensson {flat}")


@pytest.mark.parametrize("order", NameOrder)
def test_flat_next_to_a_single_word_is_the_last_name(order: NameOrder) -> None:
    assert split_name("Anna lgh 1201", order) == ("Anna", "lgh 1201")


def test_all_people_of_the_demo_have_the_names_that_they_were_made_of() -> None:
    families = {*FAMILY_NAMES, *(f"{one}-{other}" for one in FAMILY_NAMES for other in FAMILY_NAMES)}
    wrong = []
    for index in range(5_000):
        record = person("11111111-2222-3333-4444-555555555555", index)
        result = normalise(AxemaUser("1", record["name"] or ""), LAST_FIRST).person
        if result is None or result.first_name not in GIVEN_NAMES or result.last_name not in families:
            wrong.append((record["name"], result))
    assert wrong == []


@pytest.mark.parametrize("order", NameOrder)
def test_every_pair_of_the_demos_names_splits_into_its_parts_without_a_comma(order: NameOrder) -> None:
    for family in [*FAMILY_NAMES, "von Ekfors-af Granlund", "Berg-von Ekfors"]:
        for first in GIVEN_NAMES:
            name = f"{family} {first}" if order is LAST_FIRST else f"{first} {family}"
            assert split_name(name, order) == (first, family), name
