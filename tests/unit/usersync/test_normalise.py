"""The rules that map Axema users to people."""

import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given
from hypothesis import strategies as st

from bokabridge.settings.model import NameOrder
from bokabridge.usersync.names import split_name
from bokabridge.usersync.normalise import normalise
from bokabridge.usersync.people import AxemaUser


@pytest.mark.parametrize(
    ("name", "order", "expected"),
    [
        ("Öberg, Åsa", NameOrder.FirstLast, ("Åsa", "Öberg")),
        ("Lindström-Öberg, Anna Karin", NameOrder.FirstLast, ("Anna Karin", "Lindström-Öberg")),
        ("Öberg Åsa", NameOrder.LastFirst, ("Åsa", "Öberg")),
        ("Öberg Anna Karin", NameOrder.LastFirst, ("Anna Karin", "Öberg")),
        ("Åsa Öberg", NameOrder.FirstLast, ("Åsa", "Öberg")),
        ("Anna Karin Öberg", NameOrder.FirstLast, ("Anna Karin", "Öberg")),
        ("Vaktmästaren", NameOrder.LastFirst, ("Vaktmästaren", "")),
        ("Öberg,", NameOrder.LastFirst, ("", "Öberg")),
        (", Åsa", NameOrder.LastFirst, ("Åsa", "")),
    ],
)
def test_comma_decides_the_order_of_names_before_the_companys_setting(
    name: str, order: NameOrder, expected: tuple[str, str]
) -> None:
    assert split_name(name, order) == expected


def test_white_space_control_characters_and_decomposed_letters_do_not_change_the_hash() -> None:
    plain = normalise(AxemaUser("1", "Öberg, Åsa"), NameOrder.LastFirst)
    untidy = normalise(AxemaUser("1", "  O\u0308berg ,\t A\u030asa\u200b\n"), NameOrder.LastFirst)
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


@pytest.mark.parametrize("phone", ["070-174 06 05", "+46 70 174 06 05", "0046701740605", "(070) 1740605"])
def test_phone_becomes_e164(phone: str) -> None:
    result = normalise(AxemaUser("1", "Öberg, Åsa", phone=phone), NameOrder.LastFirst)
    assert result.person is not None
    assert result.person.phone == "+46701740605"


@pytest.mark.parametrize("phone", ["12", "call me", "070-", "+0000000000000000000"])
def test_invalid_phone_is_left_out_with_a_remark(phone: str) -> None:
    result = normalise(AxemaUser("1", "Öberg, Åsa", phone=phone), NameOrder.LastFirst)
    assert result.person is not None
    assert result.person.phone is None
    assert result.remarks == ("The phone number is not valid and was left out.",)


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
