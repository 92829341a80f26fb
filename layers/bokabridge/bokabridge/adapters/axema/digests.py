"""Short digests of raw records, whatever they contain, so that a cursor can name records without their data.

Two records have different digests for all practical purposes, and equal ones do no more harm than a wrong place.
"""

import json
from collections.abc import Iterable
from hashlib import blake2b
from typing import Any

from bokabridge.adapters.axema.records import user_id


def user_digest(raw: Any, id_member: str) -> str:
    """The same 16 characters for all records of a user, or for all equal records if they have no user id."""
    key = user_id(raw, id_member)
    return content_digest(raw) if key is None else _digest(f"id {key}")


def content_digest(raw: Any) -> str:
    """The same 16 characters for all equal records."""
    try:
        return _digest(json.dumps(raw, sort_keys=True))
    except RecursionError:  # hundreds of lists in lists, which no record has
        return _digest("nested")


def set_digest(digests: Iterable[str]) -> str:
    """The same 16 characters for the same digests in any order."""
    return _digest(" ".join(sorted(digests)))


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=8).hexdigest()
