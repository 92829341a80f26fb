"""JSV, ServiceStack's own format: JSON without the quotes that it can do without, and CSV's quotes where it cannot.

Source: ServiceStack's JsvTypeSerializer.cs, JsWriter.cs and DeserializeTypeRefJsv.cs. A null member is left out; the
text `null` is written without quotes, and is read as that text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bokabridge.http.formats.numbers import double_text
from bokabridge.http.formats.refused import refused
from bokabridge.http.formats.shape import Kind, Member, Shape, shape_of, tree_of, written
from bokabridge.http.jsconfig import Switches
from bokabridge.http.operation import ResponseBody
from bokabridge.http.wire import WireModel

_QUOTED = re.compile(r'[":,{}\[\]\r\n]')
_NAME = re.compile(r'\s*("(?:[^"]|"")*+"|[^:,{}\[\]"]*+):')
_STRING = re.compile(r'\s*"((?:[^"]|"")*+)"\s*')
_BLANKS = re.compile(r"\s*")
_OPENING = re.compile(r"\s*[{\[]")
_BRACKET = re.compile(r'"(?:[^"]|"")*+"|([{\[])|([}\]])|"')
_PLAIN = {"}": re.compile(r"[^,}]*"), "]": re.compile(r"[^,\]]*")}
"""A value without quotes and brackets, in an object and in a list."""


def write(body: ResponseBody, switches: Switches) -> str:
    """The JSV of a DTO."""
    return write_tree(tree_of(body), shape_of(type(body)), switches)


def write_many(bodies: Sequence[ResponseBody], kind: type[ResponseBody], switches: Switches) -> str:  # noqa: ARG001
    """The JSV of a batch's responses."""
    return f"[{','.join(write(body, switches) for body in bodies)}]"


def write_tree(tree: Any, shape: Shape, switches: Switches) -> str:
    """The JSV of a DTO's members."""
    if shape.item:
        return f"[{','.join(write_tree(item, shape.item, switches) for item in tree)}]"
    members = written(tree, shape, switches)
    return f"{{{','.join(f'{name}:{write_value(value, member, switches)}' for name, member, value in members)}}}"


def write_value(value: Any, member: Member, switches: Switches) -> str:
    """The JSV of a member's value, which is not null."""
    match value:
        case str():
            return _text(value)
        case dict() if member.shape:
            return write_tree(value, member.shape, switches)
        case dict():
            return f"{{{','.join(f'{_text(key)}:{_text(text)}' for key, text in value.items())}}}"
        case list():
            shape = member.shape
            return f"[{','.join(write_tree(item, shape, switches) for item in value)}]" if shape else "[]"
        case _:
            return double_text(value) if member.kind is Kind.DOUBLE else str(value)


def _text(text: str) -> str:
    if text and not _QUOTED.search(text):
        return text
    return f'"{text.replace('"', '""')}"'


def read(text: str, request: type[WireModel]) -> Mapping[str, Any]:
    """The members of an object, by their names as sent. An empty text and `null` have none.

    JSON's notation is fine too, except for its escapes, and the last brace may be missing. Raises InvalidInput.
    """
    text = text.removeprefix("\ufeff").strip()
    return {} if text in ("", "null") else _object(text, shape_of(request))


def read_many(text: str, request: type[WireModel]) -> Sequence[Mapping[str, Any]]:
    """The members of each object in a list. An object alone counts as a list of one. Raises InvalidInput."""
    text = text.removeprefix("\ufeff").strip()
    if not text.startswith("["):
        return [read(text, request)] if text not in ("", "null") else []
    return [_object(item.strip(), shape_of(request)) for item in _items(text)]


def _object(text: str, shape: Shape) -> dict[str, Any]:
    members = {member.name.lower(): member for member in shape.members}
    found: dict[str, Any] = {}
    for name, value in _named(text):
        member = members.get(name.lower())
        if member is not None:
            found[name] = _value(value, member)
    return found


def _value(text: str, member: Member) -> Any:
    """A member's value. Only a text can be empty in quotes, or `null`; otherwise the member is then absent."""
    if member.kind is Kind.TEXT:
        return _unquoted(text) if text else None
    text = text.strip()
    if text in ("", "null"):
        return None
    if member.kind is Kind.LIST and member.shape:
        return [_object(item.strip(), member.shape) for item in _items(text)]
    if member.kind is Kind.DTO and member.shape:
        return _object(text, member.shape)
    return _unquoted(text)


def _unquoted(text: str) -> str:
    string = _STRING.fullmatch(text)
    return string[1].replace('""', '"') if string else text


def _items(text: str) -> Iterator[str]:
    """The items of a list, as they are written. Raises InvalidInput."""
    at = _start(text, "[")
    while text[at : at + 1] != "]":
        end = _value_end(text, at, "]")
        if end == len(text):
            raise refused("The body is not valid JSV: a list is not closed.")
        yield text[at:end]
        at = end + (text[end] == ",")
    _refuse_more(text, at + 1)


def _named(text: str) -> Iterator[tuple[str, str]]:
    """The names of an object's members, and their values as they are written. Raises InvalidInput."""
    at = _start(text, "{")
    while at < len(text) and text[at] != "}":
        name = _NAME.match(text, at)
        if name is None and not text[at:].strip(" \t\r\n}"):  # blanks after the last comma
            return
        if name is None:
            raise refused("The body is not valid JSV: a member has no name or no value.")
        end = _value_end(text, name.end(), "}")
        yield _unquoted(name[1].strip()), text[name.end() : end]
        at = end + (text[end : end + 1] == ",")
    _refuse_more(text, at + 1)


def _start(text: str, bracket: str) -> int:
    if not text.startswith(bracket):
        raise refused(f"The body is not valid JSV: '{bracket}' is missing.")
    return 1


def _refuse_more(text: str, at: int) -> None:
    if text[at:].strip():
        raise refused("The body has more text after its JSV.")


def _value_end(text: str, at: int, bracket: str) -> int:
    """Where the value that begins here ends: at a comma, at the closing bracket around it, or at the text's end."""
    string = _STRING.match(text, at)
    if string:
        end = string.end()
    elif _OPENING.match(text, at):
        end = _closing(text, at)
    else:
        end = _PLAIN[bracket].match(text, at).end()  # type: ignore[union-attr]  # it matches no text too
        if text[at:end].lstrip().startswith('"'):
            raise refused("The body is not valid JSV: a quote is not closed.")
    if end < len(text) and text[end] not in ("," + bracket):
        raise refused("The body is not valid JSV: a comma is missing.")
    return end


def _closing(text: str, at: int) -> int:
    """The place after the bracket that closes the first one from here, and after the blanks there."""
    expected = []
    for token in _BRACKET.finditer(text, at):
        if token[0] == '"':
            raise refused("The body is not valid JSV: a quote is not closed.")
        if token[1]:
            expected.append("}" if token[1] == "{" else "]")
        elif token[2] and token[2] != expected.pop():
            raise refused("The body is not valid JSV: the brackets do not match.")
        if not expected:
            return _BLANKS.match(text, token.end()).end()  # type: ignore[union-attr]  # it matches no blanks too
    raise refused("The body is not valid JSV: a bracket is not closed.")
