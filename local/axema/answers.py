"""The bodies of `users/fetch` answers: unpaged as documented, paged when asked for, and the malformed ones.

Paging of this call is not documented; it is simulated as VAKA Online documents it for reservations: pageSize and
continuationToken in the query, continuationToken in the answer, null when done.
"""

import json
from functools import lru_cache
from uuid import NAMESPACE_DNS, uuid5

from local.axema.controls import Controls
from local.axema.roster import Roster, serialised_records

_NAMESPACE = uuid5(NAMESPACE_DNS, "pages.axema.example.org")
_LONGEST_OFFSET = 9

MALFORMED_BODIES = {
    "notJson": ("application/json", b'{"userAccounts":[{"userId":'),
    "wrongShape": ("application/json", b'{"userAccounts":{"count":3},"status":"ok"}'),
    "html": ("text/html", b"<!doctype html><html><title>Sign in</title><body>Please sign in.</body></html>"),
}


class PageQueryError(ValueError):
    """The query's pageSize or continuationToken is not one that this system can have given or accepts."""


def users_body(company_id: str, controls: Controls, page_size: str | None, token: str | None) -> bytes:
    """The whole list, whatever the query says, unless the company's control makes the list paged."""
    roster = Roster.of(company_id, controls)
    if controls.page_size is None:
        return _unpaged_body(roster)
    size = min(_asked_size(page_size, controls.page_size), controls.page_size)
    return _page_body(roster, _offset(company_id, token), size, repeat_token=controls.repeat_token)


@lru_cache(maxsize=16)
def _unpaged_body(roster: Roster) -> bytes:
    return b'{"userAccounts":[' + b",".join(serialised_records(roster)) + b"]}"


def _page_body(roster: Roster, offset: int, size: int, *, repeat_token: bool) -> bytes:
    listed = serialised_records(roster)
    following: str | None = None
    if repeat_token:
        following = _page_token(roster.company_id, size)
    elif offset + size < len(listed):
        following = _page_token(roster.company_id, offset + size)
    accounts = b",".join(listed[offset : offset + size])
    return b'{"userAccounts":[' + accounts + b'],"continuationToken":' + json.dumps(following).encode() + b"}"


def _asked_size(page_size: str | None, default: int) -> int:
    if page_size is None:
        return default
    if not (page_size.isascii() and page_size.isdecimal() and len(page_size) <= _LONGEST_OFFSET and int(page_size)):
        raise PageQueryError("pageSize must be a positive integer.")
    return int(page_size)


def _page_token(company_id: str, offset: int) -> str:
    """Carries the offset and a seal, so that any page can be served without remembering who asked for it."""
    return f"{offset}.{uuid5(_NAMESPACE, f'{company_id}/{offset}').hex}"


def _offset(company_id: str, token: str | None) -> int:
    if token is None:
        return 0
    digits = token.partition(".")[0]
    if not (digits.isdecimal() and len(digits) <= _LONGEST_OFFSET and _page_token(company_id, int(digits)) == token):
        raise PageQueryError("Unknown continuationToken.")
    return int(digits)
