"""Identifiers: job and usage ids that sort by time, and customer ids that are the same on every attempt."""

import re
import secrets
import uuid
from datetime import datetime

_CUSTOMERS = uuid.UUID("6f0d2c9e-5d0b-5b59-9d3c-0d6f6c1f3a10")
"""The namespace of customer ids. If it changed, repeating an interrupted create would make a second customer."""

EMPTY_GUID = str(uuid.UUID(int=0))
""".NET's empty GUID, which generated clients send for a member that nobody set."""

_CANONICAL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE | re.ASCII)
_DIGITS = re.compile(r"[0-9a-f]{32}", re.IGNORECASE | re.ASCII)
_BRACKETS = {"{": "}", "(": ")"}


def parse_guid(text: str) -> str | None:
    """A GUID in one of .NET's forms as lower-case text with dashes; None for any other text.

    The forms are those that ServiceStack reads: 32 digits, with dashes, and with dashes in braces or parentheses.
    Python's UUID accepts more, such as `urn:uuid:`, underscores between digits, and dashes anywhere.
    """
    text = text.strip()
    if _DIGITS.fullmatch(text):
        return str(uuid.UUID(text))
    if text and _BRACKETS.get(text[0]) == text[-1]:
        text = text[1:-1]
    return parse_stored_id(text)


def parse_stored_id(text: str) -> str | None:
    """An id in the form in which we store and show it, whatever its case; None for any other text."""
    return text.lower() if _CANONICAL.fullmatch(text) else None


def uuid7(at: datetime) -> str:
    """A new UUIDv7 (RFC 9562): 48 bits of Unix milliseconds, then random bits. Ids sort by their time of creation."""
    milliseconds = int(at.timestamp() * 1000)
    value = (milliseconds << 80) | secrets.randbits(80)
    value = (value & ~(0xF << 76)) | (0x7 << 76)  # version 7
    value = (value & ~(0x3 << 62)) | (0x2 << 62)  # variant of RFC 9562
    return str(uuid.UUID(int=value))


def uuid7_floor(at: datetime) -> str:
    """The lowest id of this millisecond: it sorts before every UUIDv7 of it, and after those of the one before."""
    milliseconds = max(0, int(at.timestamp() * 1000))
    return str(uuid.UUID(int=milliseconds << 80))


def customer_id(company_id: str, source_user_id: str) -> str:
    """The id of the customer that a sync creates for this source user. The same user always gives the same id."""
    return str(uuid.uuid5(_CUSTOMERS, f"{company_id}/{source_user_id}"))
