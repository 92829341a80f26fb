"""Source text whose lines depend on the options of a request, which only the running function knows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from codegen.model import AnyType, Attribute, Call, ClassType, Model

type Line = tuple[str, str]
"""A line, after the conditions under which it is part of the source: words that must all hold.

Each word is a switch, or `!` and a switch that must be off. The switches are `dto` (the line is for /types, not for a
metadata page), `doc` (AddDescriptionAsComments), `annotations` (AddDocAnnotations), `version` (AddImplicitVersion),
`status` (AddResponseStatus), `response` (the type is an operation's response) and `optional` (MakePropertiesOptional).
"""


@dataclass(frozen=True, slots=True)
class Language:
    """What the sources of one language have around their types.

    `options` are the names in the header with their defaults. We show the `fixed` ones without reading them. `before`
    is what stands before the types. `«…»` in any line is a value of the request.
    """

    name: str
    comment: str
    header: tuple[str, str]
    options: Mapping[str, str]
    before: Sequence[str] = ()
    fixed: frozenset[str] = frozenset()


def indented(lines: Iterable[Line], by: int = 4) -> list[Line]:
    """The lines, each further to the right."""
    return [(when, " " * by + text if text else text) for when, text in lines]


def arguments(attribute: Attribute, *, positional: bool = False) -> str:
    """The arguments of an attribute as source."""
    values = {
        name: f'"{value}"' if isinstance(value, str) else str(value) for name, value in attribute.arguments.items()
    }
    if positional and attribute.is_positional:
        return ", ".join(values.values())
    return ", ".join(f"{name}={value}" for name, value in values.items())


def route(call: Call) -> str:
    """The route's attribute."""
    return f'Route("{call.path}", "{call.method}")'


def type_record(model: Model, type_: AnyType, lines: Sequence[Line], call: Call | None) -> dict[str, object]:
    """A type with its source, as the running function reads it."""
    is_response = type_.name in {each.returns.name for each in model.calls if not each.returns.is_list}
    record: dict[str, object] = {
        "name": type_.name,
        "namespace": type_.namespace,
        "kind": "request" if call else "response" if is_response else "type",
        "needs": [each.name for each in model.direct(type_)],
        "implements": list(type_.implements) if isinstance(type_, ClassType) else [],
        "lines": [[when, text] if when else text for when, text in lines],
    }
    if call:
        record |= {"returns": call.returns.name, "tag": call.tag}
    return record
