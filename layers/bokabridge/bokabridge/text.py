"""Checks of text that several places share."""

import re
import unicodedata

_CONTROLS = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029\\ud800-\\udfff]")
"""Unicode's control characters (Cc), separators of lines and paragraphs (Zl, Zp), and lone surrogates (Cs)."""

_INVISIBLE = re.compile(
    "[\\u00ad\\u034f\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u0890\\u0891\\u08e2\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f"
    "\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u3164\\ufdd0-\\ufdef\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff0-\\ufffb"
    "\\ufffe\\uffff\\U000110bd\\U000110cd\\U00013430-\\U0001343f\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a"
    "\\U000e0000-\\U000e0fff]"
)
"""Unicode's format characters (Cf), its Default_Ignorable_Code_Points, which include variation selectors and fillers,
and noncharacters. https://www.unicode.org/Public/15.1.0/ucd/DerivedCoreProperties.txt"""

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2800]+")
"""White space, control characters, and the blank pattern of Braille."""

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,30}", re.ASCII)


def is_printable_ascii(text: str) -> bool:
    """True if the text can be an HTTP header's value: no control characters, nothing outside ASCII."""
    return text.isascii() and text.isprintable()


def has_control_characters(text: str) -> bool:
    """True if the text has a character that no name or number has, such as NUL or a line break."""
    return _CONTROLS.search(text) is not None


def without_invisible(text: str) -> str:
    """The text without invisible characters, such as soft hyphens, joiners and marks of direction."""
    return text if text.isascii() else _INVISIBLE.sub("", text)


def tidy(text: str) -> str:
    """The text as a person reads it, which is the same however often it is applied.

    Invisible characters are absent. White space and control characters become single blanks, none at the ends. Letters
    are composed (NFC), so that å is one character. Composing long text can take quadratic time: bound its length first.
    """
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", without_invisible(text)).strip(" "))


def is_encodable(text: str) -> bool:
    """True if the text can be stored and sent as UTF-8, which lone surrogates cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


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
