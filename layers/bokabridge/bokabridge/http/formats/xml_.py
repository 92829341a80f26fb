"""XML as .NET's DataContractSerializer writes and reads it; the parser is in xml_parser.

Characters that XML 1.0 forbids become U+FFFD, and line breaks are LF, as XML reads them anyway.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bokabridge.http.formats.numbers import double_text
from bokabridge.http.formats.refused import refused
from bokabridge.http.formats.shape import Kind, Member, Shape, shape_of, tree_of
from bokabridge.http.formats.xml_parser import INSTANCE, Element, parse
from bokabridge.http.jsconfig import Switches
from bokabridge.http.operation import ResponseBody
from bokabridge.http.wire import WireModel

ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
"""The namespace of .NET's dictionaries."""

_DECLARATION = '<?xml version="1.0" encoding="utf-8"?>'
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_BREAK = re.compile("\r\n?")
_NIL = f"{INSTANCE} nil"


def write(body: ResponseBody, switches: Switches) -> str:
    """The XML document of a DTO."""
    return write_tree(tree_of(body), shape_of(type(body)), switches)


def write_many(bodies: Sequence[ResponseBody], kind: type[ResponseBody], switches: Switches) -> str:
    """The XML document of a batch's responses."""
    item = shape_of(kind)
    shape = Shape(f"ArrayOf{item.name}", item.namespace, item=item)
    return write_tree([tree_of(body) for body in bodies], shape, switches)


def write_tree(tree: Any, shape: Shape, switches: Switches) -> str:  # noqa: ARG001 (switches do not apply to XML)
    """The XML document of a DTO's members."""
    place = _Place(1, {shape.namespace: ""}, "")
    declared = f' xmlns:i="{INSTANCE}" xmlns="{shape.namespace}"'
    return f"{_DECLARATION}{_element(shape.name, declared, _content(tree, shape, place))}"


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an element stands: its depth (the root's is 1), the prefixes of namespaces there, its children's prefix."""

    depth: int
    prefixes: Mapping[str, str]
    prefix: str

    def inside(self, namespace: str | None) -> "tuple[_Place, str]":
        """The place of a child with content of this namespace, and the declaration that the child needs for it."""
        depth = self.depth + 1
        if namespace is None or namespace in self.prefixes:
            return _Place(depth, self.prefixes, self.prefixes[namespace] if namespace else self.prefix), ""
        name = f"d{depth}p1"
        return _Place(depth, {**self.prefixes, namespace: f"{name}:"}, f"{name}:"), f' xmlns:{name}="{namespace}"'


def _content(tree: Any, shape: Shape, place: _Place) -> str:
    if shape.item:
        return _items(tree, shape.item, place)
    return "".join(_member(tree[member.name], member, place) for member in shape.xml_members if member.name in tree)


def _items(trees: Sequence[Any], shape: Shape, place: _Place) -> str:
    inner, _ = place.inside(shape.namespace)
    return "".join(_element(f"{place.prefix}{shape.name}", "", _content(tree, shape, inner)) for tree in trees)


def _member(value: Any, member: Member, place: _Place) -> str:
    name = f"{place.prefix}{member.name}"
    namespace = ARRAYS if member.kind is Kind.MAP else member.shape.namespace if member.shape else None
    inner, declaration = place.inside(namespace)
    match value:
        case None:
            return f'<{name}{declaration} i:nil="true" />'
        case bool():
            content = "true" if value else "false"
        case str():
            return f"<{name}>{_escaped(value)}</{name}>"
        case list() if member.shape:
            content = _items(value, member.shape, inner)
        case dict() if member.shape:
            content = _content(value, member.shape, inner)
        case dict():
            content = "".join(_entry(key, text, inner.prefix) for key, text in value.items())
        case _:
            content = double_text(value) if member.kind is Kind.DOUBLE else str(value)
    return _element(name, declaration, content)


def _entry(key: str, text: str, prefix: str) -> str:
    pair = f"<{prefix}Key>{_escaped(key)}</{prefix}Key><{prefix}Value>{_escaped(text)}</{prefix}Value>"
    return _element(f"{prefix}KeyValueOfstringstring", "", pair)


def _element(name: str, attributes: str, content: str) -> str:
    return f"<{name}{attributes}>{content}</{name}>" if content else f"<{name}{attributes} />"


def _escaped(text: str) -> str:
    text = _BREAK.sub("\n", _FORBIDDEN.sub("\ufffd", text))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def read(text: str, request: type[WireModel]) -> Mapping[str, Any]:
    """The members of the request's document, in any order. An empty text has none. Raises InvalidInput.

    The names of the root, its namespace and its members must be exact; other elements are ignored.
    """
    shape = shape_of(request)
    if not text.strip():
        return {}
    return _read_members(_root(text, shape, shape.name), shape)


def read_many(text: str, request: type[WireModel]) -> Sequence[Mapping[str, Any]]:
    """The members of each item of an `ArrayOf...`. The request's own document counts as one. Raises InvalidInput."""
    shape = shape_of(request)
    if not text.strip():
        return []
    root = _root(text, shape, f"ArrayOf{shape.name}", shape.name)
    if root.name == f"{shape.namespace} {shape.name}":
        return [_read_members(root, shape)]
    return _read_items(root, shape)


def _root(text: str, shape: Shape, *names: str) -> Element:
    root = parse(text)
    if root.name not in [f"{shape.namespace} {name}" for name in names]:
        raise refused(f"The body's root must be '{names[0]}' with the namespace '{shape.namespace}'.")
    return root


def _read_items(parent: Element, shape: Shape) -> list[dict[str, Any]]:
    wanted = f"{shape.namespace} {shape.name}"
    return [_read_members(child, shape) for child in parent.children if child.name == wanted]


def _read_members(parent: Element, shape: Shape) -> dict[str, Any]:
    members = {f"{shape.namespace} {member.name}": member for member in shape.members}
    return {
        member.name: _read_value(child, member)
        for child in parent.children
        if (member := members.get(child.name)) is not None
    }


def _read_value(element: Element, member: Member) -> Any:
    if element.attributes.get(_NIL) in ("true", "1"):
        return None
    if member.kind is Kind.LIST and member.shape:
        return _read_items(element, member.shape)
    if member.kind is Kind.DTO and member.shape:
        return _read_members(element, member.shape)
    if element.children:
        raise refused(f"'{member.name}' must be a value without elements in it.", member.name)
    return element.text
