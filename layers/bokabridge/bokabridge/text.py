"""Checks of text that several places share."""

import re
import unicodedata

_CONTROLS = {"Cc", "Cs", "Zl", "Zp"}
"""Unicode's categories of control characters, lone surrogates, and separators of lines and paragraphs."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)


def is_printable_ascii(text: str) -> bool:
    """True if the text can be an HTTP header's value: no control characters, nothing outside ASCII."""
    return text.isascii() and text.isprintable()


def has_control_characters(text: str) -> bool:
    """True if the text has a character that no name or number has, such as NUL or a line break."""
    return any(unicodedata.category(character) in _CONTROLS for character in text)


def parse_whole_number(value: object) -> int | None:
    """The whole number in a JSON number or in a text of ASCII digits; None for anything else.

    Blanks around the digits and a sign are fine. `true`, `1.5`, `"1e3"`, `"1_000"` and digits of other scripts are not
    whole numbers.
    """
    match value:
        case bool():
            return None
        case int():
            return value
        case float():
            return int(value) if value.is_integer() else None
        case str():
            text = value.strip()
            return int(text) if _WHOLE_NUMBER.fullmatch(text) else None
        case _:
            return None
