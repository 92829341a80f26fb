"""The rules that map Axema's records to people. Pure functions."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from bokabridge.customers.person import Person
from bokabridge.settings.model import NameOrder
from bokabridge.usersync.people import AxemaUser, Issue, Record

MAX_NAME_CHARACTERS = 200
"""A longer name is a mistake, and would not fit the fields that show it."""

_HOME_REGION = "SE"
"""The country of phone numbers without a country code."""


@dataclass(frozen=True, slots=True)
class Normalised:
    """The person, or None if the record must be skipped, and remarks for the administrator."""

    person: Person | None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record that can become a customer."""

    source_user_id: str
    person: Person


@dataclass(frozen=True, slots=True)
class NormalisedPage:
    """A page after the mapping: for each record a candidate, or the issue for which it must be skipped.

    `remarks` are issues of candidates, which do not prevent them from becoming customers.
    """

    records: tuple[Candidate | Issue, ...]
    remarks: tuple[Issue, ...]

    @property
    def candidates(self) -> list[Candidate]:
        """The records that can become customers."""
        return [record for record in self.records if isinstance(record, Candidate)]

    def fingerprint(self) -> str:
        """A hash that is equal for two pages exactly if they have the same people, content and order."""
        people = (f"{candidate.source_user_id} {candidate.person.content_hash}" for candidate in self.candidates)
        return hashlib.sha256("\n".join(people).encode()).hexdigest()


def normalise_page(records: Sequence[Record], page_number: int, name_order: NameOrder) -> NormalisedPage:
    """Map every record of a page. A record is skipped if it is broken, or if its user appeared before on the page."""
    results: list[Candidate | Issue] = []
    remarks: list[Issue] = []
    seen: set[str] = set()
    for place, record in enumerate(records, start=1):
        if not isinstance(record, AxemaUser):
            key = record.id or f"page {page_number}, record {place}"
            results.append(Issue(key, record.reason, skipped=True))
            continue
        if record.id in seen:
            results.append(appears_twice(record.id))
            continue
        seen.add(record.id)
        normalised = normalise(record, name_order)
        reason = " ".join(normalised.remarks)
        if normalised.person is None:
            results.append(Issue(record.id, reason, skipped=True))
            continue
        results.append(Candidate(record.id, normalised.person))
        if reason:
            remarks.append(Issue(record.id, reason, skipped=False))
    return NormalisedPage(tuple(results), tuple(remarks))


def appears_twice(source_user_id: str) -> Issue:
    """The issue of a user's second record in the same sync."""
    return Issue(source_user_id, "The user appears more than once in Axema's response.", skipped=True)


def normalise(user: AxemaUser, name_order: NameOrder) -> Normalised:
    """Map one Axema user. Leaves an invalid e-mail or phone out, with a remark. Skips a user without a usable name."""
    name = _tidy(user.name)
    if not name.strip(", "):
        return Normalised(None, ("The user has no name.",))
    if len(name) > MAX_NAME_CHARACTERS:
        return Normalised(None, (f"The name is longer than {MAX_NAME_CHARACTERS} characters.",))
    first_name, last_name = split_name(name, name_order)
    email, email_remark = _email(user.email)
    phone, phone_remark = _phone(user.phone)
    remarks = tuple(remark for remark in (email_remark, phone_remark) if remark)
    return Normalised(Person(first_name, last_name, email, phone), remarks)


def split_name(name: str, name_order: NameOrder) -> tuple[str, str]:
    """Split a tidy name into first and last name. A single word is a first name, because greetings use that one."""
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
    """Compose letters (å is one character), and turn control characters and white space into single spaces."""
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
        return address, None  # the library's result, many times faster
    try:
        return validate_email(address, check_deliverability=False).normalized.lower(), None
    except EmailNotValidError:
        return None, "The e-mail address is not valid and was left out."


_PLAIN_LOCAL_PART = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*")


@lru_cache(4096)
def _is_plain_domain(domain: str) -> bool:
    """True if the domain is valid and normalised already. Thousands of people share a few domains, hence the cache."""
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
