"""CSV by ServiceStack's rules: a header and rows, nested values as JSV in one field.

Source: ServiceStack's CsvSerializer.cs and CsvWriter.cs. A null and an empty text are both an empty field.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from bokabridge.http.formats.jsv import write_value
from bokabridge.http.formats.numbers import double_text
from bokabridge.http.formats.refused import refused
from bokabridge.http.formats.shape import Kind, Member, Shape, shape_of, tree_of
from bokabridge.http.jsconfig import Switches
from bokabridge.http.operation import ResponseBody
from bokabridge.http.wire import WireModel

_SPECIAL = ('"', ",", "\r", "\n")


def write(body: ResponseBody, switches: Switches) -> str:
    """The CSV of a DTO."""
    return write_tree(tree_of(body), shape_of(type(body)), switches)


def write_many(bodies: Sequence[ResponseBody], kind: type[ResponseBody], switches: Switches) -> str:
    """The CSV of a batch's responses: a row for each. Of bare lists, it is a row for each item."""
    shape = shape_of(kind)
    trees = [tree_of(body) for body in bodies]
    if shape.item:
        return _table([item for tree in trees for item in tree], shape.item, switches)
    return _table(trees, shape, switches)


def write_tree(tree: Any, shape: Shape, switches: Switches) -> str:
    """The CSV of a DTO's members: one row, or the items of a bare list, or of a DataContract's first list."""
    if shape.item:
        return _table(tree, shape.item, switches)
    if shape.is_data_contract:
        for member in shape.members:
            if member.kind is Kind.LIST and member.shape:
                items = tree.get(member.name)
                return "" if items is None else _table(items, member.shape, switches)
    return _table([tree], shape, switches)


def _table(rows: Sequence[Mapping[str, Any]], shape: Shape, switches: Switches) -> str:
    members: Sequence[Member] = shape.members
    if switches.excludes_defaults:
        members = [member for member in members if any(not member.is_default(row.get(member.name)) for row in rows)]
    lines = [",".join(member.name for member in members)] if members else []
    lines += [",".join(_field(row.get(member.name), member, switches) for member in members) for row in rows]
    return "".join(f"{line}\r\n" for line in lines)


def _field(value: Any, member: Member, switches: Switches) -> str:
    match value:
        case None:
            return ""
        case dict() | list():
            text = write_value(value, member, switches)
        case str():
            text = value
        case _:
            return double_text(value) if member.kind is Kind.DOUBLE else str(value)
    if any(mark in text for mark in _SPECIAL) or text.startswith(("{", "[")):
        return f'"{text.replace('"', '""')}"'
    return text


def read(text: str, request: type[WireModel]) -> Mapping[str, Any]:
    """The fields of the first row after the header, by the names in the header. Raises InvalidInput."""
    return next(iter(read_many(text, request)), {})


def read_many(text: str, request: type[WireModel]) -> Sequence[Mapping[str, Any]]:  # noqa: ARG001 (all are texts)
    """The fields of each row after the header. Empty fields are absent. Raises InvalidInput."""
    reader = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        header, *rows = [row for row in reader if row] or [[]]
    except csv.Error:
        raise refused("The body is not valid CSV.") from None
    names = [name.strip() for name in header]
    return [{name: value for name, value in zip(names, row, strict=False) if value} for row in rows]
