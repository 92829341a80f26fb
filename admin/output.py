"""What commands print: tables for people, JSON and CSV for programs."""

import csv
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any


class Format(StrEnum):
    """The format of a command's output."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


type Row = Mapping[str, Any]
"""A row's values by their names on the wire."""


def print_rows(rows: Iterable[Row], columns: Sequence[str], chosen: Format, nothing: str) -> None:
    """Print a list. A table and CSV have the members in `columns`, JSON has all. `nothing` replaces an empty table."""
    match chosen:
        case Format.JSON:
            print_json(list(rows))
        case Format.CSV:
            writer = csv.writer(sys.stdout, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows([_text(row.get(column), "") for column in columns] for row in rows)
        case Format.TABLE:
            shown = [[_text(row.get(column), "-") for column in columns] for row in rows]
            print(table(columns, shown) if shown else nothing)


def print_one(row: Row, chosen: Format) -> None:
    """Print one thing, a member to a line."""
    if chosen is Format.JSON:
        print_json(row)
        return
    width = max(len(name) for name in row) if row else 0
    print("\n".join(f"{name:<{width}}  {_text(value, '-')}" for name, value in row.items()))


def print_json(value: object) -> None:
    """Print a value as JSON."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Rows in columns that `awk` can read: two blanks between columns, and no blanks at the end of a line."""
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (headings, *rows)
    )


def _text(value: object, absent: str) -> str:
    """A value on one line. Characters that could steer a terminal are shown as question marks."""
    match value:
        case None | "":
            return absent
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            text = str(value)
        case _:
            text = json.dumps(value, ensure_ascii=False)
    return "".join(character if character.isprintable() else "?" for character in text)
