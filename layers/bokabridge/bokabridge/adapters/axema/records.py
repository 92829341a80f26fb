"""What the sources of all kinds share: retries, and reading responses and their records."""

from collections.abc import Callable
from typing import Any

from bokabridge.adapters.outbound.json_body import MAX_VALUES, TooManyValues, WrongEncoding, read_json
from bokabridge.adapters.outbound.request import Response, retrying
from bokabridge.errors import FatalError, RetriableError
from bokabridge.text import has_control_characters, parse_whole_number, without_invisible
from bokabridge.usersync.people import (
    AxemaUser,
    BrokenRecord,
    NoText,
    OptionalText,
    Record,
    phone_of_whole_number,
    read_user_id,
)

GIVE_UP_AFTER_SECONDS = 30.0
"""How long one page is retried. With the page worker's budget (45 s) and one last slow response (36 s) it fits the
function's timeout (120 s)."""

UNREACHABLE = (
    "Axema did not respond. "
    "Check the connection in the Axema settings, that the system is running, and that its firewall lets us in."
)
"""The one sentence about a company's own system for every failure before TLS or HTTP begins, in tests and in syncs.

With several, a company could ask us which ports of a host are open, closed or filtered, and whether a name exists.
"""

CANNOT_CONTINUE = (
    "The sync cannot continue where it stopped, because the connection to Axema or this program was changed "
    "in the meantime. Start it again to finish."
)

_MAX_ID_BITS = 600
"""An id is a part of keys. Larger whole numbers have more than about 180 digits."""


def fetch_page(send: Callable[[], Response], page_number: int, give_up_after_seconds: float) -> Response:
    """Sends the request for a page until there is a response. Raises FatalError, or RetriableError naming the page."""
    try:
        return retrying(send, give_up_after_seconds)
    except RetriableError as error:
        raise RetriableError(f"{error} We asked for page {page_number}.", error.retry_after_seconds) from None


def parse(response: Response, page_number: int, list_member: str) -> dict[str, Any]:
    """The object in the response's body. This member must be a list in it; nothing else is checked.

    Raises FatalError.
    """
    page = f"Axema's response for page {page_number}"
    try:
        body = read_json(response.body, response.content_type)
    except TooManyValues:
        raise FatalError(f"{page} was not read, because it has more than {MAX_VALUES} JSON values.") from None
    except WrongEncoding:
        raise FatalError(
            f"{page} is not UTF-8. The system must send UTF-8, or declare ISO-8859-1 or Windows-1252 as the charset "
            "in its Content-Type."
        ) from None
    except ValueError:
        body = None
    if not (isinstance(body, dict) and isinstance(body.get(list_member), list)):
        raise FatalError(f"{page} is not a list of users.")
    return body


def record(raw: Any, id_member: str) -> Record:
    """The user in a record, or what is wrong with the record. `id_member` is the member that has the user id."""
    key = user_id(raw, id_member)
    if key is None:
        return BrokenRecord(None, _what_is_wrong_with_the_id(raw, id_member))
    name = raw.get("name")
    if not isinstance(name, str | None):
        return BrokenRecord(key, "The record's name cannot be read.")
    return AxemaUser(key, name or "", _optional_text(raw, "email"), _phone(raw))


def user_id(raw: Any, id_member: str) -> str | None:
    """The record's user id as text, or None if there is no id that can be a key."""
    found = raw.get(id_member) if isinstance(raw, dict) else None
    if isinstance(found, int) and not isinstance(found, bool) and found.bit_length() <= _MAX_ID_BITS:
        return str(found)
    if not isinstance(found, str):
        return None
    return read_user_id(found)


def _what_is_wrong_with_the_id(raw: Any, id_member: str) -> str:
    found = raw.get(id_member) if isinstance(raw, dict) else None
    if isinstance(found, int) and not isinstance(found, bool):
        return "The record's user id is too long."
    if not isinstance(found, str) or not (text := without_invisible(found).strip()):
        return "The record has no user id."
    if has_control_characters(text):
        return "The record's user id has characters that no text can have."
    return "The record's user id is too long."


def _optional_text(raw: dict[str, Any], member: str) -> OptionalText:
    if member not in raw:
        return NoText.Absent
    value = raw[member]
    return value if isinstance(value, str | None) else NoText.Unreadable


def _phone(raw: dict[str, Any]) -> OptionalText:
    """The phone, which some systems send as a number."""
    match raw.get("phone"):
        case bool():
            return NoText.Unreadable
        case int() | float() as value:
            whole = parse_whole_number(value)
            return NoText.Unreadable if whole is None else phone_of_whole_number(whole)
        case _:
            return _optional_text(raw, "phone")
