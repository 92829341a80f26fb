"""The rules that map Axema's records to people. Pure functions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bokabridge.customers.person import Person
from bokabridge.settings.model import NameOrder
from bokabridge.text import is_encodable, tidy
from bokabridge.usersync.digest import digest_of, remarked
from bokabridge.usersync.emails import INVALID_EMAIL, read_email
from bokabridge.usersync.names import split_name
from bokabridge.usersync.normalised import AsBefore, Candidate, NormalisedPage
from bokabridge.usersync.people import AxemaUser, Issue, NoText, OptionalText, Record
from bokabridge.usersync.phones import INVALID_PHONE, read_phone
from bokabridge.usersync.roster import UNKNOWN

MAX_NAME_CHARACTERS = 200
"""A longer name is a mistake, and would not fit the fields that show it."""

_MAX_RAW_NAME_CHARACTERS = 4 * MAX_NAME_CHARACTERS
"""Blanks and invisible characters count here. The work on a longer name is not bounded."""

_LONG_NAME = f"The name is longer than {MAX_NAME_CHARACTERS} characters."


@dataclass(frozen=True, slots=True)
class Normalised:
    """The person, or None if the record must be skipped, and remarks for the administrator."""

    person: Person | None
    remarks: tuple[str, ...] = ()


def normalise_page(
    records: Sequence[Record],
    page_number: int,
    name_order: NameOrder,
    entry_as_before: Callable[[str, bytes], bytes | None] = lambda *_: None,
) -> NormalisedPage:
    """Map every record of a page. A record is skipped if it is broken, or if its user appeared before on the page.

    `entry_as_before` takes a user id and a digest. It returns the user's entry in the roster if the user's customer was
    written from the same record, and None otherwise.
    """
    results: list[Candidate | AsBefore | Issue] = []
    remarks: list[Issue] = []
    seen: set[str] = set()
    unread: set[str] = set()
    for place, record in enumerate(records, start=1):
        if record.id in seen:
            results.append(appears_twice(record.id))
            continue
        digest = digest_of(record, name_order) if isinstance(record, AxemaUser) else UNKNOWN
        if record.id and (entry := entry_as_before(record.id, digest)):
            seen.add(record.id)
            results.append(AsBefore(record.id, entry))
            continue
        person, reason = _read_record(record, name_order)
        if person is None or record.id is None:
            results.append(Issue(record.id or f"page {page_number}, record {place}", reason, skipped=True))
            if record.id:
                unread.add(record.id)
            continue
        seen.add(record.id)
        results.append(Candidate(record.id, person, remarked(digest) if reason else digest))
        if reason:
            remarks.append(Issue(record.id, reason, skipped=False))
    return NormalisedPage(tuple(results), tuple(remarks), frozenset(unread - seen))


def _read_record(record: Record, name_order: NameOrder) -> tuple[Person | None, str]:
    if not isinstance(record, AxemaUser):
        return None, record.reason
    normalised = normalise(record, name_order)
    return normalised.person, " ".join(normalised.remarks)


def appears_twice(source_user_id: str) -> Issue:
    """The issue of a user's second record in the same sync."""
    return Issue(source_user_id, "The user appears more than once in Axema's response.", skipped=True)


def normalise(user: AxemaUser, name_order: NameOrder) -> Normalised:
    """Map one Axema user. Leaves an invalid e-mail or phone out, with a remark. Skips a user without a usable name."""
    if len(user.name) > _MAX_RAW_NAME_CHARACTERS:
        return Normalised(None, (_LONG_NAME,))
    if not is_encodable(user.name):
        return Normalised(None, ("The name has characters that no text can have.",))
    name = tidy(user.name)
    if not name.strip(", "):
        return Normalised(None, ("The user has no name.",))
    if len(name) > MAX_NAME_CHARACTERS:
        return Normalised(None, (_LONG_NAME,))
    first_name, last_name = split_name(name, name_order)
    email, email_remark = _read(user.email, read_email, INVALID_EMAIL)
    phone, phone_remark = _read(user.phone, read_phone, INVALID_PHONE)
    remarks = tuple(remark for remark in (email_remark, phone_remark) if remark)
    absent = frozenset(field for field in ("email", "phone") if getattr(user, field) is NoText.Absent)
    return Normalised(Person(first_name, last_name, email, phone, absent), remarks)


def _read(
    text: OptionalText, read: Callable[[str], tuple[str | None, str | None]], invalid: str
) -> tuple[str | None, str | None]:
    match text:
        case NoText.Absent:
            return None, None
        case NoText.Unreadable:
            return None, invalid
        case _:
            return read(text or "")
