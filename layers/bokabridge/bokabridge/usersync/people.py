"""The records that a sync reads from Axema, and the issues that it reports about them."""

from dataclasses import dataclass
from enum import Enum, auto

from bokabridge.ids import parse_stored_id
from bokabridge.text import has_control_characters, without_invisible

THE_LIST = "list"
"""The key of the issue about the list as a whole. An Axema user with this id would be a strange one."""

_MAX_ID_CHARACTERS = 200
_MAX_RAW_ID_CHARACTERS = 4 * _MAX_ID_CHARACTERS

DIGITS_WITHOUT_ZERO = 9
"""The digits of a Swedish number that lost its first zero. No local number is as long.
https://www.pts.se (the Swedish numbering plan)"""


class NoText(Enum):
    """An optional member of a record that has no text to read."""

    Absent = auto()
    """The source did not send the member, so that the sync leaves the customer's field alone."""
    Unreadable = auto()
    """The source sent something that is not a text, such as a list."""


OptionalText = str | NoText | None
"""An optional member of a record. None and "" clear the customer's field."""


@dataclass(frozen=True, slots=True)
class AxemaUser:
    """A person as Axema has them. Only `id` identifies the person: e-mails change, and several people may share one.

    The texts are as Axema sent them, and can be of any length.
    """

    id: str
    name: str
    email: OptionalText = None
    phone: OptionalText = None


@dataclass(frozen=True, slots=True)
class BrokenRecord:
    """A record of Axema's that cannot be read as a user, and why. `id` is its user id, if it has one."""

    id: str | None
    reason: str


Record = AxemaUser | BrokenRecord


@dataclass(frozen=True, slots=True)
class UserPage:
    """One page of Axema users, and the cursor of the next page. The last page has no cursor.

    `notice`, if there is one, says what an administrator should know about the list as a whole. It contains no personal
    data.
    """

    records: list[Record]
    next_cursor: str | None
    notice: str | None = None

    @property
    def notices(self) -> "list[Issue]":
        """The notice as an issue of the job, if there is one."""
        return [Issue(THE_LIST, self.notice, skipped=False)] if self.notice else []


@dataclass(frozen=True, slots=True)
class Issue:
    """A problem with one record that an administrator should fix in Axema. It contains no personal data.

    `key` is the record's Axema user id, or its place ("page 3, record 17") if it has none. `skipped` is True if the
    record became no customer.
    """

    key: str
    reason: str
    skipped: bool


def read_user_id(text: str) -> str | None:
    """The Axema user id in a text, or None if the text cannot be a key.

    GUIDs are lower case, because systems write the same GUID in both. All other ids keep their case.
    """
    if guid := parse_stored_id(text):  # the usual id, without a look at each of its characters
        return guid
    if len(text) > _MAX_RAW_ID_CHARACTERS:
        return None
    tidied = without_invisible(text).strip()
    can_be_a_key = 0 < len(tidied) <= _MAX_ID_CHARACTERS and not has_control_characters(tidied)
    return parse_stored_id(tidied) or tidied if can_be_a_key else None


def phone_of_whole_number(value: int) -> str:
    """The number as people write it, for a phone that Axema sent as a number, which cannot begin with a zero."""
    if not 0 < value < 10**15:
        return "-"
    digits = str(value)
    return f"0{digits}" if len(digits) == DIGITS_WITHOUT_ZERO else digits
