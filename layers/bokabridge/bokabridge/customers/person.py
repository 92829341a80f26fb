"""A person: the fields of a customer that a sync writes."""

import hashlib
import re
import unicodedata
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any

from bokabridge.text import tidy

_ONLY_PHONE = re.compile(r"\+?[\d\s()./-]+")
_MIN_PHONE_DIGITS = 4


@dataclass(frozen=True, slots=True)
class Person:
    """A person's fields, normalised so that equal people compare equal.

    `email` is lower case and `phone` is E.164. The first or the last name may be empty, but not both. No field contains
    a line break. A new field must be optional, so that the hashes of people without it stay the same.

    `absent` has the names of the optional fields that the source did not send. They are None here, and a sync leaves
    the customer's own values alone. A customer that was read has all fields.
    """

    first_name: str
    last_name: str
    email: str | None = None
    phone: str | None = None
    absent: frozenset[str] = frozenset()

    @property
    def content_hash(self) -> str:
        """A hash that changes exactly when what a sync writes changes. None and "" count as the same."""
        written = [f"{name}={value}" for name, value in self.written().items() if value]
        written += [f"{name} is absent" for name in sorted(self.absent)]
        return hashlib.sha256("\n".join(written).encode()).hexdigest()[:32]

    def written(self) -> dict[str, Any]:
        """The fields that a sync writes, by name: text, or None, which clears the customer's field."""
        return {name: getattr(self, name) for name in FIELD_NAMES if name not in self.absent}

    def matches(self, text: str) -> bool:
        """True if the full name (in either order), the e-mail or the phone contains the text; "" matches everybody.

        Case, invisible characters, and blanks at the ends or doubled do not count. The dots of å, ä and ö do, because
        these are other letters than a and o. At least four digits of a phone match however they are written.
        """
        wanted, digits = _query(text)
        first, last = self.first_name, self.last_name
        searched = "\n".join((f"{first} {last}", f"{last} {first}", f"{last}, {first}", self.email or ""))
        phone = self.phone or ""
        return wanted in _folded_lines(searched) or wanted in phone or bool(digits and digits in _dialled(phone))


FIELD_NAMES = tuple(field.name for field in fields(Person) if field.name != "absent")
"""The fields of a person that a customer has."""


@lru_cache(64)
def _query(text: str) -> tuple[str, str]:
    """What to look for in names, and the digits to look for in phones, if the text is a phone or a part of one."""
    wanted = _fold(text)
    digits = "".join(str(unicodedata.decimal(char)) for char in wanted if char.isdecimal())
    if not _ONLY_PHONE.fullmatch(wanted) or len(digits) < _MIN_PHONE_DIGITS:
        return wanted, ""
    without_zero = wanted.replace("(0)", "")
    digits = "".join(str(unicodedata.decimal(char)) for char in without_zero if char.isdecimal()).removeprefix("00")
    return wanted, "46" + digits[3:] if digits.startswith("460") else digits


def _dialled(phone: str) -> str:
    """The digits of a phone in E.164 as people dial them, from abroad and within Sweden."""
    digits = phone.removeprefix("+")
    return f"{digits} 0{digits.removeprefix('46')}" if digits.startswith("46") else digits


def _folded_lines(text: str) -> str:
    return text.casefold() if text.isascii() and "  " not in text else "\n".join(map(_fold, text.split("\n")))


def _fold(text: str) -> str:
    """The text for comparisons that ignore case, composed again because folding can decompose letters."""
    return unicodedata.normalize("NFC", tidy(text).casefold())
