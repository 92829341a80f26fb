"""Text as people read it."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bokabridge.text import is_encodable, tidy


def test_every_format_character_of_unicode_is_absent() -> None:
    format_characters = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) == "Cf"]
    assert len(format_characters) > 150
    assert [hex(ord(char)) for char in format_characters if tidy(f"Svens{char}son") != "Svensson"] == []


@pytest.mark.parametrize("char", ["\ufe0f", "\U000e0100", "\u034f", "\u115f", "\u3164", "\ufffe", "\u180b", "\u2065"])
def test_variation_selectors_fillers_and_noncharacters_are_absent(char: str) -> None:
    assert tidy(f"{char}Svens{char}son{char}") == "Svensson"


def test_every_control_character_and_white_space_is_a_blank() -> None:
    blanks = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Zs", "Zl", "Zp")]
    assert len(blanks) > 80
    assert [hex(ord(char)) for char in blanks if tidy(f"{char}Anna{char}{char}Berg{char}") != "Anna Berg"] == []


def test_letters_compose_across_an_invisible_character() -> None:
    assert tidy("A\u200d\u030asa") == "Åsa"


@given(st.text())
def test_tidying_tidy_text_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@pytest.mark.parametrize(("text", "encodable"), [("Åsa", True), ("\U0001f600", True), ("u3\ud83d", False)])
def test_lone_surrogates_cannot_be_encoded(text: str, encodable: bool) -> None:
    assert is_encodable(text) is encodable
