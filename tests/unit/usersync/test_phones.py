"""The rules that map Axema's phone numbers."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bokabridge.usersync.people import phone_of_whole_number
from bokabridge.usersync.phones import (
    INVALID_PHONE,
    MORE_PHONES,
    MORE_THAN_A_PHONE,
    read_phone,
)

ASA = "+46701740605"


@pytest.mark.parametrize(
    "text",
    [
        "070-174 06 05", "+46 70 174 06 05", "0046701740605", "0046 70-174 06 05", "(070) 1740605", "070/174 06 05",
        "+46 (0)70-174 06 05", "+46(0)701740605", "46 (0)70 174 06 05", "+46 (70) 174 06 05", "+46 070-174 06 05",
        "46701740605", "701740605", "070.174.06.05", "070\u2013174\u201106\u221205", "  070-174 06 05\t",
        "\uff10\uff17\uff10\uff11\uff17\uff14\uff10\uff16\uff10\uff15", "\uff0b46701740605",
        "070\u00a0174\u202f06\u00a005", "\u200e070\u200b-174 06\u00ad05\ufeff", "\u202a+46701740605\u202c",
        "070-174 06 05 / +46 70 174 06 05", "(+46) 70 174 06 05", "+46-(0)70-174 06 05",
    ],
)  # fmt: skip
def test_swedish_number_becomes_e164_without_a_remark(text: str) -> None:
    assert read_phone(text) == (ASA, None)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("08-465 004 00", "+46846500400"),
        ("(08) 465 004 00", "+46846500400"),
        ("031/3900600", "+46313900600"),
        ("+47 22 12 34 56", "+4722123456"),
        ("0047 22 12 34 56", "+4722123456"),
        ("+44 (0)20 7946 0000", "+442079460000"),
        ("+358 40 123 4567", "+358401234567"),
        ("+1 (650) 253-0000", "+16502530000"),
        ("020-12 34 56", "+4620123456"),
    ],
)
def test_landlines_and_foreign_numbers_become_e164(text: str, number: str) -> None:
    assert read_phone(text) == (number, None)


@pytest.mark.parametrize(
    "text",
    [
        "070-1740 hem", "070MAMMA12", "070-174O6O5", "0701740605hem", "08-465004MAMMA", "070-174 HEM 06 05",
        "1-800-FLOWERS", "020-HEJ 123 456", "08-465004-MAMMA",
        "ring växeln", "saknas", "-", "070-", "12", "070\u00b21740605",
    ],
)  # fmt: skip
def test_words_never_become_digits(text: str) -> None:
    assert read_phone(text) == (None, INVALID_PHONE)


@pytest.mark.parametrize(
    "text", ["174 06 05", "17 40 60", "1740605", "46500400", "846500400", "123456789", "112", "4722123456", "465004"]
)
def test_number_without_an_area_code_or_a_plus_is_not_guessed(text: str) -> None:
    assert read_phone(text) == (None, INVALID_PHONE)


@pytest.mark.parametrize(
    "text",
    [
        "070-174 06 05 / 08-465 004 00", "070-174 06 05/08-465 004 00", "070-1740605 eller 08-46500400",
        "070-1740605, 08-46500400", "070-1740605; 08-46500400", "070-1740605\n08-46500400", "070-1740605\r\n0701740606",
        "070 174 06 05 08 465 004 00", "0701740605 0701740606", "070-174 06 05 - 08-465 004 00",
        "+46701740605+46701740606", "070-1740605 (08-46500400)", "mobil 070-1740605 hem 08-46500400",
        "070-1740605 & 070-1740606", "070-1740605\u2028070-1740606", "12 / 070-1740605 / 070-1740606",
    ],
)  # fmt: skip
def test_first_of_several_numbers_is_kept_with_a_remark(text: str) -> None:
    assert read_phone(text) == (ASA, MORE_PHONES)


@pytest.mark.parametrize(
    "text",
    [
        "070-174 06 05 ankn 12", "070-1740605 ankn. 12", "0701740605x12", "0701740605 x 12", "070-1740605 ext. 5",
        "0701740605;ext=5", "0701740605 #12", "0701740605, anknytning 123", "070-1740605 int 12",
        "hem 070-174 06 05", "070-174 06 05 (hem)", "Tel: 070-1740605", "tel:+46701740605", "mobil.070-1740605",
        "070-174 06 05/06", "070-174 06 05 (12)", "070-174 06 05, 06", "Åsa 070-1740605", "sms 070-1740605",
        "ring 08.00-17.00 070-1740605", "8:30 070-1740605", "070-1740605 kl 08.00 - 16.00",
        "070-1740605 lgh 1201", "fax 08-465 004 00, tel 070-1740605", "08-465 004 00 (fax), 070-1740605",
    ],
)  # fmt: skip
def test_extensions_words_and_other_digits_are_left_out_with_a_remark(text: str) -> None:
    assert read_phone(text) == (ASA, MORE_THAN_A_PHONE)


@pytest.mark.parametrize("text", ["08-465 004/05", "08-465004 (12)", "08-465004 x12", "08-465004 ankn 12"])
def test_digits_after_a_short_number_are_never_added_to_it(text: str) -> None:
    assert read_phone(text) == ("+468465004", MORE_THAN_A_PHONE)


@pytest.mark.parametrize(
    "text", ["070-17406050701740606", "0701740605-06", "7-9 070-174 06 05", "+0000000000000000000", "1201 070-1740605"]
)
def test_digits_that_are_not_clearly_one_number_are_left_out(text: str) -> None:
    assert read_phone(text) == (None, INVALID_PHONE)


@pytest.mark.parametrize("text", ["fax 08-465 004 00", "08-465 004 00 (fax)", "Telefax: 08-46500400"])
def test_fax_number_is_not_a_phone(text: str) -> None:
    assert read_phone(text) == (None, INVALID_PHONE)


@pytest.mark.parametrize("text", ["", "  ", "\u200b", "\ufeff \n"])
def test_blank_field_has_no_phone_and_no_remark(text: str) -> None:
    assert read_phone(text) == (None, None)


@pytest.mark.parametrize("text", ["070-174\ud83d0605", "0" * 500_000, "070-1740605" + " " * 500_000])
def test_text_that_is_not_unicode_or_too_long_is_left_out(text: str) -> None:
    assert read_phone(text) == (None, INVALID_PHONE)


@pytest.mark.parametrize(
    ("value", "phone"),
    [
        (701740605, ASA),
        (46701740605, ASA),
        (846500400, "+46846500400"),
        (1740605, None),
        (46500400, None),
        (-701740605, None),
        (0, None),
        (10**400, None),
    ],
)
def test_whole_number_that_lost_its_zero_or_plus_is_read(value: int, phone: str | None) -> None:
    assert read_phone(phone_of_whole_number(value)) == (phone, None if phone else INVALID_PHONE)


PIECES = st.sampled_from(
    [
        "070", "08", "174", "0605", "465004", "00", "+46", "46", "(0)", "-", " ", "/", ",", "\n", "(", ")", "x",
        "ankn 12", "hem", "A", "0701740605", "+47 22123456", "fax", "\u200b", ";", ".", "\uff10",
    ]
)  # fmt: skip


@example("07007008(0)08")
@given(st.lists(PIECES, max_size=8).map("".join) | st.text(max_size=60))
def test_digits_of_a_phone_are_written_next_to_each_other(text: str) -> None:
    phone, remark = read_phone(text)
    if phone is None:
        return
    assert re.fullmatch(r"\+[1-9][0-9]{6,14}", phone)
    written = "".join(str(int(char)) for char in text if char.isdecimal())
    digits = phone.removeprefix("+")
    written_without_zeros = written.replace("460", "46")
    assert any(
        part in digits_written
        for part in (digits, digits.removeprefix("46"))
        for digits_written in (written, written_without_zeros, written.replace("0", "", 1))
    )
    assert read_phone(phone) == (phone, None)
    if remark is None:
        assert not any(char.isalpha() for char in text)
