"""Searching customers: what a text means, whom it matches, and the keys under which an index finds them.

Everything is compared in one form: letters in lower case and composed, no invisible characters, names as their words,
and phones as digits. å, ä and ö are not a and o.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from bokabridge.customers.model import Customer
from bokabridge.ids import parse_guid
from bokabridge.text import tidy

MAX_MATCHES = 1000
"""A search finds and counts at most this number of customers, so that its cost has a bound."""

MAX_NAME_KEYS = 6
"""The number of words of a name with which a search may begin. Of a longer name, the longest words are taken."""

_MAX_KEY_BYTES = 1000
"""DynamoDB's limit for a key is 1,024 bytes."""

_SIGNS = re.compile(r"[\s!-/:-@\[-`{-\u00bf\u2000-\u206f\u3000-\u303f]+")
"""Blanks and punctuation. Marks that no letter is composed with, as in Hindi, are parts of words."""

_ONLY_PHONE = re.compile(r"\+?[\d\s()./-]+")
_MIN_PHONE_DIGITS = 4
_TWO_DIGIT_COUNTRIES = frozenset(
    str(code)
    for first, last in (
        *((20, 20), (27, 27), (30, 34), (36, 36), (39, 41), (43, 49), (51, 58), (60, 66)),
        *((81, 82), (84, 84), (86, 86), (90, 95), (98, 98)),
    )
    for code in range(first, last + 1)
)
"""Country codes of two digits. Those of one digit are 1 and 7, and all others have three (ITU-T E.164)."""


@dataclass(frozen=True, slots=True)
class PhoneStart:
    """The beginning of a phone number after the country code. Without a `country`, the number may be of any."""

    national: str
    country: str = ""

    def begins(self, phone_key: str) -> bool:
        """True if the phone with this key (see `phone_key`) begins so."""
        national, _, country = phone_key.partition("+")
        return national.startswith(self.national) and self.country in ("", country)


@dataclass(frozen=True, slots=True)
class Search:
    """What a caller looks for. A customer matches if one of the members does; without members, everybody matches.

    Each of the `words` begins a word of the name, in any order. The e-mail begins with `email`, the phone with one of
    `phones`, or it ends with the digits `phone_end`. The customer's id is one of `ids`.
    """

    words: tuple[str, ...] = ()
    email: str = ""
    phones: tuple[PhoneStart, ...] = ()
    phone_end: str = ""
    ids: frozenset[str] = frozenset()

    @property
    def is_for_everybody(self) -> bool:
        """True if every customer matches."""
        return self == Search()

    def matches(self, customer: Customer) -> bool:
        """True if the customer is one of those whom the caller looks for."""
        person = customer.person
        names = name_keys(person.first_name, person.last_name)
        phone = phone_key(person.phone)
        return (
            self.is_for_everybody
            or any(name.startswith(self.longest_word) and self.matches_name(name) for name in names)
            or bool(self.email and (person.email or "").startswith(self.email))
            or bool(phone and any(start.begins(phone) for start in self.phones))
            or bool(self.phone_end and _digits(person.phone or "").endswith(self.phone_end))
            or customer.id in self.ids
        )

    @property
    def longest_word(self) -> str:
        """The word that is likely to begin the fewest names, cut like a key."""
        return _cut(max(self.words, key=len, default=""))

    def matches_name(self, name_key: str) -> bool:
        """True if each of the words begins a word of the name with this key (see `name_keys`)."""
        names = name_key.split()
        return bool(self.words) and all(any(name.startswith(_cut(word)) for name in names) for word in self.words)


def read_search(text: str) -> Search:
    """What a caller who writes this text looks for: a GUID and an e-mail are nothing else."""
    guid = parse_guid(text)
    if guid:
        return Search(ids=frozenset({guid}))
    folded = _fold(text)
    if "@" in folded:
        return Search(email=folded)
    digits = _phone_digits(folded)
    is_international = folded.startswith(("+", "00"))
    return Search(
        words=tuple(words_of(text)),
        email="" if " " in folded else folded,
        phones=tuple(_phone_starts(digits, is_international=is_international)),
        phone_end="" if is_international else digits,
    )


def words_of(text: str) -> list[str]:
    """The words of a name as they are compared. Signs separate words, unless there is nothing else."""
    folded = _fold(text)
    return [word for word in _SIGNS.split(folded) if word] or folded.split()


def name_keys(first_name: str, last_name: str) -> list[str]:
    """A key for each word of the name with which a search may begin: that word, followed by all other words."""
    words = words_of(f"{first_name} {last_name}")
    different = list(dict.fromkeys(words))
    chosen = different if len(different) <= MAX_NAME_KEYS else sorted(different, key=len)[-MAX_NAME_KEYS:]
    return [_cut(" ".join([word, *(other for other in different if other != word)])) for word in chosen]


def phone_key(phone: str | None) -> str | None:
    """The key of a phone in E.164: the number as people dial it in its country, without a first zero, and its country.

    +46701740605 is "701740605+46".
    """
    country, national = _split_country(_digits(phone or ""))
    return f"{national}+{country}" if national else None


def phone_end_key(phone: str | None) -> str | None:
    """The key of a phone's last digits: all of its digits in reverse."""
    return _digits(phone or "")[::-1] or None


def _phone_digits(folded: str) -> str:
    """The digits of a text that can be a part of a phone number, which has at least four; "" for any other text."""
    digits = _digits(folded.replace("(0)", "")) if _ONLY_PHONE.fullmatch(folded) else ""
    return digits if len(digits) >= _MIN_PHONE_DIGITS else ""


def _phone_starts(digits: str, *, is_international: bool) -> Iterable[PhoneStart]:
    """What these digits may be as the beginning of a phone number."""
    country, national = _split_country(digits.removeprefix("00"))
    if country == "46":  # +46 070: the zero is for calls within Sweden
        national = national.removeprefix("0")
    if is_international:
        starts = [PhoneStart(national, country)]
    elif digits.startswith("0"):
        starts = [PhoneStart(digits.removeprefix("0"), "46")]
    else:
        starts = [PhoneStart(national, country), PhoneStart(digits)]
    return (start for start in starts if start.national)


def _split_country(digits: str) -> tuple[str, str]:
    """The country code at the beginning of a number's digits, and the rest."""
    length = 1 if digits[:1] in ("1", "7") else 2 if digits[:2] in _TWO_DIGIT_COUNTRIES else 3
    return digits[:length], digits[length:]


def _digits(text: str) -> str:
    digits = "".join(filter(str.isdecimal, text))
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in digits)


def _fold(text: str) -> str:
    """The text for comparisons that ignore case, composed again because folding can decompose letters."""
    return unicodedata.normalize("NFC", tidy(text).casefold())


def _cut(key: str) -> str:
    return key.encode()[:_MAX_KEY_BYTES].decode(errors="ignore")
