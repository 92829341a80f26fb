"""JSON as ServiceStack writes and reads it. Without switches it is pydantic's own, unless .NET writes values otherwise.

Sources: ServiceStack's JsonUtils.cs (strings), WriteType.cs (members), JsonSerializer.cs and TypeSerializer.cs
(indentation).
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NoReturn

from bokabridge.http.formats.numbers import double_text
from bokabridge.http.formats.refused import refused
from bokabridge.http.formats.shape import EMPTY_DATE, Kind, Member, Shape, shape_of, tree_of, written
from bokabridge.http.jsconfig import PLAIN, Switches
from bokabridge.http.operation import ResponseBody
from bokabridge.http.wire import WireModel
from bokabridge.ids import EMPTY_GUID

_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f-\x9f]')
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b"}
_LATE_CONTROLS = re.compile("[\x80-\x9f]")
_NOT_DOTNETS_DOUBLE = re.compile(r"[:\[,]-?(?:[0-9]{16}|0\.0000|[0-9]++(?:\.0[,}\]]|(?:\.[0-9]++)?+e))")
"""A number that .NET writes otherwise than pydantic, or text that looks like one."""

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]|,|:', re.DOTALL)
_BLANKS = re.compile(r"[ \t\r\n]*")


def write(body: ResponseBody, switches: Switches) -> str:
    """The JSON of a DTO."""
    text = body.to_json()
    if (switches is PLAIN or switches == PLAIN) and _is_dotnets(text, type(body)):
        return text
    return write_tree(tree_of(body), shape_of(type(body)), switches)


def write_many(bodies: Sequence[ResponseBody], kind: type[ResponseBody], switches: Switches) -> str:  # noqa: ARG001
    """The JSON of a batch's responses."""
    compact = Switches(switches.name_case, switches.excludes_defaults, switches.includes_nulls)
    text = f"[{','.join(write(body, compact) for body in bodies)}]"
    return _indented(text) if switches.is_indented else text


def write_tree(tree: Any, shape: Shape, switches: Switches) -> str:
    """The JSON of a DTO's members."""
    text = _dto(tree, shape, switches)
    return _indented(text) if switches.is_indented else text


def _is_dotnets(text: str, model: type) -> bool:
    """True if .NET would write the same text as pydantic has written."""
    return not (
        "\\u00" in text
        or "\x7f" in text
        or (not text.isascii() and _LATE_CONTROLS.search(text))
        or EMPTY_GUID in text
        or EMPTY_DATE in text
        or (shape_of(model).has_doubles and _NOT_DOTNETS_DOUBLE.search(text))
    )


def _dto(tree: Any, shape: Shape, switches: Switches) -> str:
    if shape.item:
        return f"[{','.join(_dto(item, shape.item, switches) for item in tree)}]"
    members = written(tree, shape, switches, writes_nulls=switches.includes_nulls)
    return f"{{{','.join(f'"{name}":{_value(value, member, switches)}' for name, member, value in members)}}}"


def _value(value: Any, member: Member, switches: Switches) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return _text(value)
        case dict() if member.shape:
            return _dto(value, member.shape, switches)
        case dict():
            return f"{{{','.join(f'{_text(key)}:{_text(text)}' for key, text in value.items())}}}"
        case list():
            return f"[{','.join(_dto(item, member.shape, switches) for item in value)}]" if member.shape else "[]"
        case _:
            return double_text(value) if member.kind is Kind.DOUBLE else str(value)


def _text(text: str) -> str:
    return f'"{_ESCAPED.sub(lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", text)}"'


def _indented(text: str) -> str:
    """Compact JSON over several lines. Empty objects and lists get a line of their own, as in ServiceStack."""
    depth = 0

    def spread(found: re.Match[str]) -> str:
        nonlocal depth
        match found[0]:
            case "{" | "[" as opening:
                depth += 1
                return f"{opening}\n{'    ' * depth}"
            case "}" | "]" as closing:
                depth -= 1
                return f"\n{'    ' * depth}{closing}"
            case ",":
                return f",\n{'    ' * depth}"
            case ":":
                return ": "
            case string:
                return string

    return _TOKEN.sub(spread, text)


def read(text: str, request: type[WireModel]) -> Mapping[str, Any]:
    """The members of a JSON object, by their names as sent. An empty text and `null` have none.

    A member that is a text in the DTO may be any value, and is then that value's JSON. Raises InvalidInput.
    """
    return _parsed(text, request, is_batch=False)[0]


def read_many(text: str, request: type[WireModel]) -> Sequence[Mapping[str, Any]]:
    """The members of each object in a JSON array. An object alone counts as an array of one. Raises InvalidInput."""
    return _parsed(text, request, is_batch=True)


def _parsed(text: str, request: type[WireModel], *, is_batch: bool) -> list[dict[str, Any]]:
    text = text.removeprefix("\ufeff").strip(" \t\r\n")
    if text in ("", "null"):
        return [] if is_batch else [{}]
    names = _text_names(request)
    if not is_batch and (members := _usual(text, names)) is not None:
        return [members]
    reader = _Reader(text, names)
    try:
        objects = reader.array() if is_batch and text[0] == "[" else [reader.object()]
        is_whole = reader.at == len(text)
    except (ValueError, RecursionError, IndexError):
        raise refused("The body is not valid JSON.") from None
    if not is_whole:
        raise refused("The body has more text after its JSON value.")
    return objects


@cache
def _text_names(request: type[WireModel]) -> frozenset[str]:
    """The names, in lower case, of the members that are texts."""
    return frozenset(member.name.lower() for member in shape_of(request).members if member.kind is Kind.TEXT)


def _usual(text: str, text_names: frozenset[str]) -> dict[str, Any] | None:
    """An object as Python's decoder reads it, which is fast. None if it is invalid, or a text has no quotes."""
    try:
        value = _DECODER.decode(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    has_raw_text = any(name.lower() in text_names and not isinstance(value[name], str | None) for name in value)
    return None if has_raw_text else value


def _refuse_constant(name: str) -> NoReturn:
    """Refuses NaN and Infinity, which Python reads although JSON has no such values."""
    raise ValueError(name)


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant)


class _Reader:
    """The outermost objects of a JSON text, member by member. `at` is the place that it has read up to.

    Only what is inside a member goes to Python's decoder, so that the JSON of one member is known. A comma may follow
    the last member, as in ServiceStack.
    """

    def __init__(self, text: str, text_names: frozenset[str]) -> None:
        self.at = 0
        self._text = text
        self._text_names = text_names

    def array(self) -> list[dict[str, Any]]:
        """An array of objects. Raises ValueError, IndexError or RecursionError."""
        items = []
        self._take("[")
        while not self._has("]"):
            items.append(self.object())
            self._skip_comma("]")
        self._take("]")
        return items

    def object(self) -> dict[str, Any]:
        """An object. Raises ValueError, IndexError or RecursionError."""
        members = {}
        self._take("{")
        while not self._has("}"):
            name = str(self._value()) if self._has('"') else self._refuse()
            self._skip_blanks()
            self._take(":")
            start = self.at
            value = self._value()
            if name.lower() in self._text_names and not isinstance(value, str | None):
                value = self._text[start : self.at]
            members[name] = value
            self._skip_comma("}")
        self._take("}")
        return members

    def _has(self, mark: str) -> bool:
        return self._text[self.at] == mark

    def _take(self, mark: str) -> None:
        if not self._has(mark):
            self._refuse()
        self.at += 1
        self._skip_blanks()

    def _refuse(self) -> NoReturn:
        raise ValueError(self.at)

    def _skip_comma(self, end: str) -> None:
        self._skip_blanks()
        if not self._has(end):
            self._take(",")

    def _skip_blanks(self) -> None:
        self.at = _BLANKS.match(self._text, self.at).end()  # type: ignore[union-attr]  # it matches no blanks too

    def _value(self) -> Any:
        value, self.at = _DECODER.raw_decode(self._text, self.at)
        return value
