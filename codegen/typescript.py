"""The operations' DTOs in TypeScript, for the client `@servicestack/client`."""

from codegen.model import AnyType, Call, ClassType, EnumType, Member, TypeName
from codegen.source import Language, Line, arguments, indented, route

TYPESCRIPT = Language(
    "TypeScript",
    "//",
    ("/* Options:", "*/"),
    {
        "GlobalNamespace": "",
        "MakePropertiesOptional": "False",
        "AddServiceStackTypes": "True",
        "AddResponseStatus": "False",
        "AddImplicitVersion": "",
        "AddDescriptionAsComments": "True",
        "IncludeTypes": "",
        "ExcludeTypes": "",
        "DefaultImports": "",
    },
    before=["// @ts-nocheck"],
)

_TYPES = {
    "Guid": "string",
    "string": "string",
    "int": "number",
    "double": "number",
    "bool": "boolean",
    "DateTime": "string",
    "Dictionary<string,string>": "{ [index:string]: string; }",
}

MARKERS = {
    "IReturn": ["export interface IReturn<T>", "{", "    createResponse(): T;", "}"],
    "IReturnVoid": ["export interface IReturnVoid", "{", "    createResponse(): void;", "}"],
}
"""ServiceStack's interfaces of requests."""


def render(type_: AnyType, call: Call | None) -> list[Line]:
    """The source of a type. `call` is the operation whose request it is."""
    if isinstance(type_, EnumType):
        names: list[Line] = [("", f"{name} = '{name}',") for name in type_.names]
        return [("", f"export enum {type_.name}"), ("", "{"), *indented(names), ("", "}")]
    lines: list[Line] = [("dto", f"// @{route(call)}")] if call else []
    if call:
        lines += [("", f"// @{each.name}({arguments(each)})") for each in call.attributes]
    if type_.data_contract:
        lines.append(("", f"// @{type_.data_contract}"))
    lines += [*_declaration(type_, call), ("", "{")]
    if type_.is_interface:
        return [
            *lines,
            *indented([("", f"{each.wire}?: {type_name(each.type)};") for each in type_.members]),
            ("", "}"),
        ]
    return [*lines, *indented([*_members(type_, call), ("", ""), *_methods(type_, call)]), ("", "}")]


def _declaration(type_: ClassType, call: Call | None) -> list[Line]:
    def declared(interfaces: list[str]) -> str:
        return (
            f"export class {type_.name} implements {', '.join(interfaces)}"
            if interfaces
            else f"export class {type_.name}"
        )

    interfaces = list(type_.implements)
    if type_.is_interface:
        return [("", f"export interface {type_.name}")]
    if not call:
        return [("", declared(interfaces))]
    return [("dto", declared([f"IReturn<{type_name(call.returns)}>", *interfaces])), ("!dto", declared(interfaces))]


def _members(type_: ClassType, call: Call | None) -> list[Line]:
    lines: list[Line] = [("version", "public Version: number; //«AddImplicitVersion»")] if call else []
    has_attribute = False
    for member in type_.members:
        if has_attribute:
            lines.append(("", ""))
        has_attribute = bool(member.api_member or member.data_member)
        lines += _member(member)
    if not call and all(member.name != "ResponseStatus" for member in type_.members):
        blank: list[Line] = [("status response", "")] if has_attribute else []
        lines += [*blank, ("status response", "public ResponseStatus: ResponseStatus;")]
    return lines


def _member(member: Member) -> list[Line]:
    lines: list[Line] = []
    if member.api_member:
        lines.append(("doc", f"/** @description {member.description} */"))
    if member.data_member:
        lines.append(("", f"// @DataMember({member.data_member})"))
    if member.api_member:
        lines.append(("", f"// @ApiMember({member.api_member})"))
    rest = f": {type_name(member.type)}{' = []' if member.type.is_list and not member.is_nullable else ''};"
    if member.is_nullable:
        return [*lines, ("", f"public {member.wire}?{rest}")]
    return [*lines, ("!optional", f"public {member.wire}{rest}"), ("optional", f"public {member.wire}?{rest}")]


def _methods(type_: ClassType, call: Call | None) -> list[Line]:
    name = type_.name
    lines: list[Line] = [("", f"public constructor(init?: Partial<{name}>) {{ (Object as any).assign(this, init); }}")]
    if call:
        returned = f"Array<{call.returns.name}>" if call.returns.is_list else call.returns.name
        lines += [
            ("dto", f"public getTypeName() {{ return '{name}'; }}"),
            ("dto", f"public getMethod() {{ return '{call.method}'; }}"),
            ("dto", f"public createResponse() {{ return new {returned}(); }}"),
        ]
    return lines


def type_name(type_: TypeName) -> str:
    """The type in TypeScript."""
    name = _TYPES.get(type_.name, type_.name)
    return f"{name}[]" if type_.is_list else name
