"""The rules that map Axema's phone numbers to E.164: the digits that Axema sent, with a country code."""

import re
import unicodedata

import phonenumbers

from bokabridge.text import is_encodable, tidy

INVALID_PHONE = "The phone number is not valid and was left out."
MORE_PHONES = "There is more than one phone number. Only the first was kept."
MORE_THAN_A_PHONE = "There is more than a phone number. The rest was left out."

_MAX_RAW_CHARACTERS = 400
_LINES = re.compile("[\n\v\f\r\x85\u2028\u2029]")
_DASHES = dict.fromkeys((*range(0x2010, 0x2016), 0x2212), "-")
_FULL_WIDTH = {ord(sign) + 0xFEE0: sign for sign in "+()/.,;-"}
_SIGNS = {**_DASHES, **_FULL_WIDTH}

_START = r"(?:^|[^\d\s./()+-])\s*"
_COUNTRY_CODE = re.compile(r"\((\+\d{1,3})\)")
_TRUNK_ZERO = re.compile(rf"(\+\d{{1,3}}|{_START}(?:00\d{{1,3}}|[1-9]\d{{0,2}}))[\s.-]*\(0\)\s*(?=\d)")
"""A zero in parentheses after a country code. Anywhere else, it would be one of the number's digits."""

_AREA_CODE = re.compile(rf"({_START}(?:(?:\+|00)\d{{1,3}}\s*)?)(?:\((\d{{1,5}})\)|(0\d{{1,3}})\s*/)\s*(?=\d)")
"""An area code in parentheses or before a slash, at the beginning of a number or after its country code."""

_EXTENSION = re.compile(
    r"(?<=\d)\s*[,;]?\s*(?:ext(?:ension)?|ank(?:n|nytning)?|int(?:ernt?)?|x|\#)\s*[.:=]?\s*\d{1,6}(?!\d)", re.IGNORECASE
)
_TIMES = re.compile(r"\b\d{1,2}[.:]\d\d\s*-\s*\d{1,2}[.:]\d\d\b|\b\d{1,2}:\d\d\b")
"""Hours in which to call, which are no number."""

_PLAIN = re.compile(r"\+?\d[\d -]*")
_RUN = re.compile(r"\+?\d(?:[\d .-]*\d)?")
"""Digits, and what people write between the digits of one number."""

_FAX = re.compile(r"fax", re.IGNORECASE)
_LOST_ZERO, _WITHOUT_PLUS = 9, (10, 11, 12)
"""The lengths of a Swedish number that lost its first zero, or that has a country code without a plus. No local
number is as long. https://www.pts.se (the Swedish numbering plan)"""


def read_phone(text: str) -> tuple[str | None, str | None]:
    """The first number as E.164, or None if there is no valid one; and a remark if something was left out.

    Words, extensions and further numbers are left out. A number needs its area code or country code.
    """
    if len(text) > _MAX_RAW_CHARACTERS or not is_encodable(text):
        return None, INVALID_PHONE
    written = tidy(_LINES.sub(";", text)).strip("; ")
    if not written:
        return None, None
    if _PLAIN.fullmatch(written) and (number := _e164(written)):
        return number, None
    return _first_number(_in_ascii(written))


def phone_of_whole_number(value: int) -> str:
    """The number as people write it, for a phone that Axema sent as a number, which cannot begin with a zero."""
    if not 0 < value < 10**15:
        return "-"
    digits = str(value)
    return f"0{digits}" if len(digits) == _LOST_ZERO else digits


def _in_ascii(written: str) -> str:
    ascii_digits = "".join(str(unicodedata.decimal(char, char)) for char in written)
    return ascii_digits.translate(_SIGNS)


def _first_number(written: str) -> tuple[str | None, str | None]:
    text = _TIMES.sub(";", _EXTENSION.sub(";", written))
    text = _TRUNK_ZERO.sub(r"\1 ", _COUNTRY_CODE.sub(r"\1 ", text))
    text = _AREA_CODE.sub(r"\1 \2\3 ", text)
    runs = [run for run in _RUN.finditer(text) if not _is_part_of_a_word(text, run) and not _is_fax(text, run)]
    numbers = [number for run in runs for number in _numbers(run[0])]
    if not numbers:
        return None, INVALID_PHONE
    if len(set(numbers)) > 1:
        return numbers[0], MORE_PHONES
    is_all = len(_RUN.findall(text)) <= len(numbers) and not any(char.isalpha() or char in "#:" for char in written)
    return numbers[0], None if is_all else MORE_THAN_A_PHONE


def _is_part_of_a_word(text: str, run: re.Match[str]) -> bool:
    """True if letters touch the digits, as in 070MAMMA or 020-HEJ. The letters may stand for digits."""
    return text[: run.start()][-1:].isalpha() or text[run.end() :].removeprefix("-")[:1].isalpha()


def _is_fax(text: str, run: re.Match[str]) -> bool:
    """True if the word before the number, or the one right after the last number, is "fax"."""
    before = re.split(r"[\d,;/)]", text[: run.start()])[-1]
    after = re.split(r"[,;/)]", text[run.end() :])[0]
    return bool(_FAX.search(before) or (_FAX.search(after) and not any(char.isdigit() for char in after)))


def _numbers(run: str) -> list[str]:
    """The number in this run of digits, or the two numbers if it is clear where the second begins."""
    whole = _e164(run)
    if whole:
        return [whole]
    gaps = re.finditer(r"\s[\s-]*(?=0|\+)", run)
    pairs = [(_e164(run[: gap.start()]), _e164(run[gap.end() :])) for gap in gaps]
    valid = [[one, other] for one, other in pairs if one and other]
    return valid[0] if len(valid) == 1 else []


def _e164(written: str) -> str | None:
    digits = "".join(char for char in written if char.isdigit())
    if written.startswith("+"):
        international = digits
    elif digits.startswith("00"):
        international = digits[2:]
    elif digits.startswith("0"):
        international = "46" + digits[1:]
    elif len(digits) == _LOST_ZERO:
        return _valid("46" + digits, only_mobile=True)
    elif digits.startswith("46") and len(digits) in _WITHOUT_PLUS:
        international = digits
    else:
        return None
    if international.startswith("460"):  # +46 070: the zero is for calls within Sweden
        international = "46" + international[3:]
    return _valid(international)


def _valid(international: str, *, only_mobile: bool = False) -> str | None:
    """The number as E.164 if it is valid. The library must not have changed more than a zero after the country code."""
    try:
        parsed = phonenumbers.parse(f"+{international}", None)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    if only_mobile and phonenumbers.number_type(parsed) != phonenumbers.PhoneNumberType.MOBILE:
        return None
    number = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    country = str(parsed.country_code)
    without_zero = country + international.removeprefix(country).removeprefix("0")
    return number if number.removeprefix("+") in (international, without_zero) else None
