"""What the sources of all kinds share: retries, and reading responses and their records."""

import json
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from bokabridge.adapters.outbound.request import Response, retrying
from bokabridge.errors import FatalError, RetriableError
from bokabridge.usersync.people import AxemaUser, BrokenRecord, Record

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


def fetch_page(send: Callable[[], Response], page_number: int, give_up_after_seconds: float) -> Response:
    """Sends the request for a page until there is a response. Raises FatalError, or RetriableError naming the page."""
    try:
        return retrying(send, give_up_after_seconds)
    except RetriableError as error:
        raise RetriableError(f"{error} We asked for page {page_number}.", error.retry_after_seconds) from None


def parse[Body: BaseModel](body: type[Body], response: Response, page_number: int) -> Body:
    """The response's body. Raises FatalError."""
    try:
        return body.model_validate(json.loads(response.body))
    except (ValueError, ValidationError, RecursionError):
        raise FatalError(f"Axema's response for page {page_number} is not a list of users.") from None


class _Person(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    name: str | None = None
    email: str | None = None
    phone: str | None = None


def record(raw: Any, id_member: str) -> Record:
    """The user in a record, or what is wrong with the record. `id_member` is the member that has the user id."""
    key = user_id(raw, id_member)
    if key is None:
        return BrokenRecord(None, "The record has no user id.")
    try:
        person = _Person.model_validate(raw)
    except ValidationError as error:
        fields = sorted({str(detail["loc"][0]) for detail in error.errors(include_input=False)})
        return BrokenRecord(key, f"The record's {' and '.join(fields)} cannot be read.")
    return AxemaUser(key, person.name or "", person.email, person.phone)


def user_id(raw: Any, id_member: str) -> str | None:
    """The record's user id as text, or None if there is no id that can be a key."""
    found = raw.get(id_member) if isinstance(raw, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    text = str(found).strip()
    return text if 0 < len(text) <= 200 else None
