"""The rules that map Axema users to people."""

import timeit
from dataclasses import replace

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from bokabridge.customers.person import Person
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.normalise import Normalised, normalise
from bokabridge.usersync.people import AxemaUser, NoText, OptionalText

ANNA = Person("Anna", "Berg")


def test_white_space_control_characters_and_decomposed_letters_do_not_change_the_hash() -> None:
    plain = normalise(AxemaUser("1", "Öberg, Åsa"), NameOrder.LastFirst)
    untidy = normalise(AxemaUser("1", "  O\u0308ber\u00adg ,\t A\u030asa\u200b\n"), NameOrder.LastFirst)
    assert plain.person is not None
    assert untidy.person is not None
    assert untidy.person.content_hash == plain.person.content_hash


@pytest.mark.parametrize("name", ["", "   ", ",", " , \u200b"])
def test_user_without_a_name_is_skipped(name: str) -> None:
    result = normalise(AxemaUser("1", name, "asa@example.com"), NameOrder.LastFirst)
    assert result.person is None
    assert result.remarks == ("The user has no name.",)


def test_user_with_a_name_of_500_characters_is_skipped() -> None:
    assert normalise(AxemaUser("1", "x" * 500), NameOrder.LastFirst).person is None


@pytest.mark.parametrize(
    ("given_email", "email"),
    [(" Asa.Oberg@Example.COM ", "asa.oberg@example.com"), ("", None), (None, None), ("  ", None)],
)
def test_email_becomes_lower_case_and_may_be_missing(given_email: str | None, email: str | None) -> None:
    result = normalise(AxemaUser("1", "Öberg, Åsa", given_email), NameOrder.LastFirst)
    assert result.person is not None
    assert result.person.email == email
    assert result.remarks == ()


@pytest.mark.parametrize("email", ["asa@", "no-at-sign", "a b@example.com", "asa@example..com"])
def test_invalid_email_is_left_out_and_the_remark_does_not_repeat_it(email: str) -> None:
    result = normalise(AxemaUser("1", "Öberg, Åsa", email), NameOrder.LastFirst)
    assert result.person is not None
    assert result.person.email is None
    assert result.remarks == ("The e-mail address is not valid and was left out.",)


@given(st.emails() | st.from_regex(r"[A-Za-z0-9_.+-]{0,70}@[a-zA-Z0-9.-]{0,70}", fullmatch=True))
def test_email_is_normalised_as_the_library_does(email: str) -> None:
    result = normalise(AxemaUser("1", "Öberg, Åsa", email), NameOrder.LastFirst)
    assert result.person is not None
    try:
        expected = validate_email(email.lower(), check_deliverability=False).normalized.lower()
    except EmailNotValidError:
        expected = None
    assert result.person.email == expected


@given(st.text(max_size=300), st.text(max_size=100), st.text(max_size=40), st.sampled_from(NameOrder))
def test_no_text_breaks_the_mapping(name: str, email: str, phone: str, order: NameOrder) -> None:
    result = normalise(AxemaUser("1", name, email, phone), order)
    if result.person is None:
        assert result.remarks
    else:
        assert result.person.first_name or result.person.last_name
        assert result.person.first_name == result.person.first_name.strip()
        assert result.person.last_name == result.person.last_name.strip()


@pytest.mark.parametrize(
    "name", ["Svens\u00adson", "Svens\u200bson", "Svens\u200dson", "\ufeffSvensson", "Svens\u200eson\u200f"]
)
def test_invisible_characters_are_absent_from_names(name: str) -> None:
    result = normalise(AxemaUser("1", f"{name}, Anna"), NameOrder.LastFirst)
    assert result.person == Person("Anna", "Svensson")


@pytest.mark.parametrize("email", ["anna\u200b@example.com", "\ufeffanna@example.com", "anna@exam\u00adple.com\u200e"])
def test_invisible_characters_are_absent_from_emails(email: str) -> None:
    result = normalise(AxemaUser("1", "Berg, Anna", email), NameOrder.LastFirst)
    assert result.person is not None
    assert (result.person.email, result.remarks) == ("anna@example.com", ())


@pytest.mark.parametrize(
    ("text", "absent", "remarks"),
    [
        (NoText.Absent, True, 0),
        (NoText.Unreadable, False, 1),
        ("not valid", False, 1),
        ("", False, 0),
        (None, False, 0),
    ],
)
@pytest.mark.parametrize("field", ["email", "phone"])
def test_absent_field_is_left_alone_and_an_empty_or_invalid_one_is_cleared(
    field: str, text: OptionalText, absent: bool, remarks: int
) -> None:
    user = AxemaUser("1", "Berg, Anna", **{field: text})
    result = normalise(user, NameOrder.LastFirst)
    assert result.person == Person("Anna", "Berg", absent=frozenset({field} if absent else ()))
    assert len(result.remarks) == remarks


@pytest.mark.parametrize(
    ("user", "person", "remark"),
    [
        (AxemaUser("1", "Berg, An\ud83dna"), None, "The name has characters that no text can have."),
        (
            AxemaUser("1", "Berg, Anna", "a\udc00@example.com"),
            ANNA,
            "The e-mail address is not valid and was left out.",
        ),
        (AxemaUser("1", "Berg, Anna", None, "070\ud83d"), ANNA, "The phone number is not valid and was left out."),
        (AxemaUser("1", "Berg, Anna", "a" * 500_000), ANNA, "The e-mail address is not valid and was left out."),
        (AxemaUser("1", "Berg" * 500_000), None, "The name is longer than 200 characters."),
    ],
)
def test_text_that_cannot_be_stored_costs_the_optional_field_or_the_record(
    user: AxemaUser, person: Person | None, remark: str
) -> None:
    assert normalise(user, NameOrder.LastFirst) == Normalised(person, (remark,))


def seconds(field: str, text: str) -> float:
    """The time to normalise a user with this text. It is the best of several, so that a busy machine does not count."""
    user = replace(AxemaUser("1", "Berg, Anna"), **{field: text})
    return min(timeit.repeat(lambda: normalise(user, NameOrder.LastFirst), repeat=5, number=1))


HOSTILE = ["\u0315\u0316", "a\u0315\u0300\u05ae\u0316", "1201 ", "1", "lgh", "von ", "(", ", ", "\u200b", "-1", "Brf"]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("field", ["name", "email", "phone"])
def test_ten_times_the_text_takes_about_ten_times_as_long_at_most(field: str, piece: str) -> None:
    """Quadratic work would take a hundred times as long."""
    short, long = ((piece * characters)[:characters] for characters in (8_000, 80_000))
    assert seconds(field, long) < 30 * max(seconds(field, short), 0.0001)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("field", ["name", "email", "phone"])
def test_longest_text_that_is_read_takes_no_time_to_notice(field: str, piece: str) -> None:
    for characters in (200, 800):
        assert seconds(field, (piece * characters)[:characters]) < 0.1
