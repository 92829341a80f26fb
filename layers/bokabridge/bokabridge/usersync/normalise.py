"""The mapping rules: from what Axema has to what a customer may hold. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bokabridge.settings.model import NameOrder
from bokabridge.usersync.people import AxemaUser, Person

MAX_NAME = 200
"""Characters. Longer is no name but a mistake, and would not fit the fields it is shown in."""

_HOME_REGION = "SE"
"""Where a phone number without a country code is."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """The person (None: the record must be skipped) and what an administrator should know about it."""

    person: Person | None
    remarks: tuple[str, ...] = ()


def normalise(user: AxemaUser, name_order: NameOrder) -> Normalised:
    """Maps one Axema user. A bad e-mail or phone is dropped with a remark; a bad name skips the user."""
    name = _tidy(user.name)
    if not name.strip(", "):
        return Normalised(None, ("The user has no name.",))
    if len(name) > MAX_NAME:
        return Normalised(None, (f"The name is longer than {MAX_NAME} characters.",))
    first_name, last_name = split_name(name, name_order)
    email, email_remark = _email(user.email)
    phone, phone_remark = _phone(user.phone)
    remarks = tuple(remark for remark in (email_remark, phone_remark) if remark)
    return Normalised(Person(first_name, last_name, email, phone), remarks)


def split_name(name: str, name_order: NameOrder) -> tuple[str, str]:
    """(first, last) of a tidy name. A single word without a comma is a first name: it is what a greeting uses."""
    last, comma, first = name.partition(",")
    if comma:
        return first.strip(" ,"), last.strip()
    head, _, tail = name.partition(" ")
    if not tail:
        return head, ""
    if name_order is NameOrder.LastFirst:
        return tail, head
    first, _, last = name.rpartition(" ")
    return first, last


def _tidy(text: str) -> str:
    """Composed (å is one character), without control characters, white space single and none at the ends."""
    composed = unicodedata.normalize("NFC", text)
    if not composed.isprintable():
        composed = "".join(char if char.isprintable() else " " for char in composed)
    return " ".join(composed.split())


def _email(text: str | None) -> tuple[str | None, str | None]:
    address = _tidy(text or "").lower()
    if not address:
        return None, None
    local, _, domain = address.rpartition("@")
    if _PLAIN_LOCAL_PART.fullmatch(local) and len(local) <= 64 and len(address) <= 254 and _is_plain_domain(domain):
        return address, None  # what the library would say, many times faster
    try:
        return validate_email(address, check_deliverability=False).normalized.lower(), None
    except EmailNotValidError:
        return None, "The e-mail address is not valid and was left out."


_PLAIN_LOCAL_PART = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*")


@lru_cache(4096)
def _is_plain_domain(domain: str) -> bool:
    """True for a valid domain that is normalised already: thousands of people share a few of them."""
    try:
        return validate_email(f"x@{domain}", check_deliverability=False).domain == domain
    except EmailNotValidError:
        return False


def _phone(text: str | None) -> tuple[str | None, str | None]:
    number = _tidy(text or "")
    if not number:
        return None, None
    try:
        parsed = phonenumbers.parse(number, _HOME_REGION)
    except phonenumbers.NumberParseException:
        parsed = None
    if parsed is None or not phonenumbers.is_valid_number(parsed):
        return None, "The phone number is not valid and was left out."
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164), None
