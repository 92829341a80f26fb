"""The operations' DTOs in JavaScript, as an ES module with annotations of the types."""

from codegen.model import AnyType, Call, ClassType, EnumType, Member
from codegen.source import Language, Line, indented
from codegen.typescript import type_name

MJS = Language(
    "JavaScript",
    "//",
    ("/* Options:", "*/"),
    {
        "AddServiceStackTypes": "True",
        "AddDocAnnotations": "True",
        "AddDescriptionAsComments": "True",
        "IncludeTypes": "",
        "ExcludeTypes": "",
        "DefaultImports": "",
    },
    before=['"use strict";'],
)


def render(type_: AnyType, call: Call | None) -> list[Line]:
    """The source of a type. `call` is the operation whose request it is."""
    if isinstance(type_, EnumType):
        return _enum(type_)
    fields = ",".join(f"{member.wire}?:{type_name(member.type)}" for member in type_.members)
    body: list[Line] = [("annotations", f"/** @param {{{{{fields}}}}} [init] */")] if fields else []
    body.append(("", "constructor(init) { Object.assign(this, init) }"))
    for member in type_.members:
        body += _member(member)
    if not call and all(member.name != "ResponseStatus" for member in type_.members):
        body += [
            ("status response annotations", "/** @type {ResponseStatus} */"),
            ("status response", "ResponseStatus;"),
        ]
    return [("", f"export class {type_.name} {{"), *indented([*body, *_methods(type_, call)]), ("", "}")]


def _enum(type_: EnumType) -> list[Line]:
    name = type_.name
    values = "|".join(f"'{value}'" for value in type_.names)
    members: list[Line] = [("", f'{name}["{value}"] = "{value}"') for value in type_.names]
    return [
        ("annotations", f"/** @typedef {{{values}}} */"),
        ("", f"export var {name};"),
        ("", f"(function ({name}) {{"),
        *indented(members),
        ("", f"}})({name} || ({name} = {{}}));"),
    ]


def _member(member: Member) -> list[Line]:
    type_ = f"{'?' if member.is_nullable else ''}{type_name(member.type)}"
    alone = f"/** @type {{{type_}}} */"
    declared: Line = ("", f"{member.wire}{' = []' if member.type.is_list and not member.is_nullable else ''};")
    if not member.api_member:
        return [("annotations", alone), declared]
    return [
        ("annotations doc", "/**"),
        ("annotations doc", f" * @type {{{type_}}}"),
        ("annotations doc", f" * @description {member.description} */"),
        ("annotations !doc", alone),
        declared,
    ]


def _methods(type_: ClassType, call: Call | None) -> list[Line]:
    if call is None:
        return []
    returned = "[]" if call.returns.is_list else f"new {call.returns.name}()"
    return [
        ("dto", f"getTypeName() {{ return '{type_.name}' }}"),
        ("dto", f"getMethod() {{ return '{call.method}' }}"),
        ("dto", f"createResponse() {{ return {returned} }}"),
    ]
