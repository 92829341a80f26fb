"""The response bodies of the lists of users: unpaged as documented, paged on request, and malformed.

VAKA Online does not document paging for `users/fetch`. The simulator pages it as documented for reservations, with
pageSize and continuationToken in the query and continuationToken in the response, null on the last page.
"""

import json
from functools import lru_cache
from uuid import NAMESPACE_DNS, uuid5

from local.axema.controls import BAD_TOKENS, Controls
from local.axema.roster import Roster, records, serialised_records, spread

_NAMESPACE = uuid5(NAMESPACE_DNS, "pages.axema.example.org")
_LONGEST_OFFSET = 9
_LOCAL_PAGE = 500
_LOCAL_NAMES = {"userId": "id", "name": "name", "email": "email", "phone": "phone"}

MALFORMED_BODIES = {
    "notJson": ("application/json", b'{"userAccounts":[{"userId":'),
    "wrongShape": ("application/json", b'{"userAccounts":{"count":3},"status":"ok"}'),
    "html": ("text/html", b"<!doctype html><html><title>Sign in</title><body>Please sign in.</body></html>"),
}


class PageQueryError(ValueError):
    """A paging parameter of the query is not valid; the message says which."""


def users_body(company_id: str, controls: Controls, page_size: str | None, token: str | None) -> bytes:
    """The whole list, or a page of it if the control `pageSize` is set. Raises PageQueryError."""
    roster = Roster.of(company_id, controls)
    if controls.page_size is None:
        return _unpaged_body(roster)
    size = min(_asked_size(page_size, controls.page_size), controls.page_size)
    return _page_body(roster, _offset(company_id, token), size, controls)


def local_users_body(company_id: str, controls: Controls, offset: str | None, limit: str | None) -> bytes:
    """A part of the list as a company's own system returns it, at most `pageSize` records. Raises PageQueryError.

    The control `unlisted` leaves out records that are counted, and `total` and `localPaging` are the system's mistakes.
    """
    listed = _local_records(Roster.of(company_id, controls))
    begin = 0 if offset in (None, "0") else _positive("offset", offset or "")
    most = controls.page_size or _LOCAL_PAGE
    size = most if limit is None else min(_positive("limit", limit), most)
    begin = _misread(begin, size, len(listed), controls.local_paging)
    unlisted = set(spread(controls.unlisted, len(listed)))
    sent = [record for at, record in enumerate(listed[begin : begin + size], begin) if at not in unlisted]
    total = len(listed) if controls.total is None else controls.total
    return b'{"users":[' + b",".join(sent) + b'],"total":' + str(total).encode() + b"}"


def _misread(begin: int, size: int, count: int, mistake: str | None) -> int:
    match mistake:
        case "ignoresOffset":
            return 0
        case "halvesOffset":
            return begin // 2
        case "countsPages":
            return begin * size
        case "lastPage":
            return max(0, count - size)
        case _:
            return begin


@lru_cache(maxsize=16)
def _local_records(roster: Roster) -> tuple[bytes, ...]:
    return tuple(json.dumps(_local_record(record), ensure_ascii=False).encode() for record in records(roster))


def _local_record(record: object) -> object:
    """The record with the member names of a company's own system. A record that is not an object stays as it is."""
    if not isinstance(record, dict):
        return record
    return {_LOCAL_NAMES[name]: value for name, value in record.items() if name in _LOCAL_NAMES}


@lru_cache(maxsize=16)
def _unpaged_body(roster: Roster) -> bytes:
    return b'{"userAccounts":[' + b",".join(serialised_records(roster)) + b"]}"


def _page_body(roster: Roster, offset: int, size: int, controls: Controls) -> bytes:
    listed = serialised_records(roster)
    following: object = None
    if controls.bad_token is not None:
        following = BAD_TOKENS[controls.bad_token]
    elif controls.repeat_token:
        following = _page_token(roster.company_id, size)
    elif offset + size < len(listed):
        following = _page_token(roster.company_id, offset + size)
    accounts = b",".join(listed[offset : offset + size])
    return b'{"userAccounts":[' + accounts + b'],"continuationToken":' + json.dumps(following).encode() + b"}"


def _asked_size(page_size: str | None, default: int) -> int:
    if page_size is None:
        return default
    return _positive("pageSize", page_size)


def _positive(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _LONGEST_OFFSET and int(text)):
        raise PageQueryError(f"{name} must be a positive integer.")
    return int(text)


def _page_token(company_id: str, offset: int) -> str:
    """The offset with a seal, so that the simulator can check a token without storing it."""
    return f"{offset}.{uuid5(_NAMESPACE, f'{company_id}/{offset}').hex}"


def _offset(company_id: str, token: str | None) -> int:
    if token is None:
        return 0
    digits = token.partition(".")[0]
    if not (digits.isdecimal() and len(digits) <= _LONGEST_OFFSET and _page_token(company_id, int(digits)) == token):
        raise PageQueryError("Unknown continuationToken.")
    return int(digits)
