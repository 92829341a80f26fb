"""JSON from other systems: its encoding, its number of values, and numbers that Python refuses to read.

RFC 8259 requires UTF-8 and gives `charset` no meaning, but older servers declare the encoding of their database and
use it, and others declare a default that they do not use.
"""

import codecs
import json
from email.message import Message
from typing import Any

MAX_VALUES = 2_000_000
"""A list of 150,000 users has as many. Each value costs up to 70 bytes of memory, however few bytes are sent for it."""

_READ_AS = {"iso8859-1": "iso8859-1", "cp1252": "cp1252", "iso8859-15": "iso8859-15"}
"""Encodings that we read if the response declares them, by Python's names."""


class WrongEncoding(ValueError):
    """The text is neither UTF-8 nor in the encoding that the response declares."""


class TooManyValues(ValueError):
    """The text has so many values that reading it could exhaust the function's memory."""


def read_json(body: bytes, content_type: str = "") -> Any:
    """The value in the body of a response. Raises WrongEncoding, TooManyValues, and ValueError if it is not JSON.

    A text in it may contain lone surrogates, and a number that is too long for an int is a float.
    """
    if sum(map(body.count, (b",", b":", b"[", b"{"))) > MAX_VALUES:
        raise TooManyValues
    try:
        return json.loads(_text(body, content_type), parse_int=whole_number)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def whole_number(digits: str) -> int | float:
    """The number that JSON writes with these digits. Python reads at most 4,300 digits as an int."""
    try:
        return int(digits)
    except ValueError:
        return float(digits)


def _text(body: bytes, content_type: str) -> str:
    """The body as text. UTF-8 counts before a declared encoding, because text in another one is hardly ever UTF-8."""
    unicode = json.detect_encoding(body)  # by its BOM or its first bytes
    for encoding in (unicode, _declared(content_type)):
        if encoding is not None:
            try:
                return body.decode(encoding, "surrogatepass" if encoding == unicode else "strict")
            except UnicodeError:
                continue
    raise WrongEncoding


def _declared(content_type: str) -> str | None:
    header = Message()
    header["Content-Type"] = content_type
    try:
        charset = header.get_content_charset()
        return _READ_AS.get(codecs.lookup(charset or "").name)
    except (LookupError, ValueError):
        return None
