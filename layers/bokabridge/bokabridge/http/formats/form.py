"""The bodies of HTML forms: `application/x-www-form-urlencoded` and `multipart/form-data`. They are only read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from bokabridge.http.formats.refused import refused
from bokabridge.http.wire import WireModel

MAX_FIELDS = 1000
"""More than any request has."""

_NAME = re.compile(r'[;\s]name="([^"]*)"', re.IGNORECASE)
_FILE = re.compile(r"[;\s]filename\*?=", re.IGNORECASE)


def read(text: str, request: type[WireModel]) -> Mapping[str, Any]:  # noqa: ARG001 (a form's values are all text)
    """The fields by their names as sent. Empty ones are absent; a repeated one has its values joined by commas.

    Files are ignored. Raises InvalidInput.
    """
    is_multipart = text.startswith("--") and "\ncontent-disposition:" in text[:1000].lower()
    fields: dict[str, list[str]] = {}
    names: dict[str, str] = {}
    for name, value in _multipart(text) if is_multipart else _urlencoded(text):
        if value:
            fields.setdefault(names.setdefault(name.lower(), name), []).append(value)
    return {name: ",".join(values) for name, values in fields.items()}


def read_many(text: str, request: type[WireModel]) -> Sequence[Mapping[str, Any]]:
    """The fields as the only item of a batch. Raises InvalidInput."""
    fields = read(text, request)
    return [fields] if fields else []


def _urlencoded(text: str) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(text.strip("\r\n"), errors="strict", max_num_fields=MAX_FIELDS)
    except ValueError:
        raise refused("The body is not a valid form: it is not UTF-8, or has too many fields.") from None


def _multipart(text: str) -> Iterable[tuple[str, str]]:
    """The parts that are fields. The first line is the boundary, so that the Content-Type need not be read."""
    text = text.replace("\r\n", "\n")
    boundary = text.partition("\n")[0].rstrip(" \t")
    parts = f"\n{text}".split(f"\n{boundary}")[1:]
    if len(parts) > MAX_FIELDS or not parts[-1].startswith("--"):
        raise refused("The body is not a valid form: its last boundary is missing, or it has too many parts.")
    for part in parts[:-1]:
        head, _, value = part.partition("\n\n")
        name = _NAME.search(head)
        if name is None:
            raise refused("The body is not a valid form: a part has no name.")
        if not _FILE.search(head):
            yield name[1], value
