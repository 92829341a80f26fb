"""Identifiers: job and usage ids that sort by time, and customer ids that are the same on every attempt."""

import secrets
import uuid
from datetime import datetime

_CUSTOMERS = uuid.UUID("6f0d2c9e-5d0b-5b59-9d3c-0d6f6c1f3a10")
"""The namespace of customer ids. If it changed, repeating an interrupted create would make a second customer."""


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
