"""The operations' DTOs in C#."""

from collections.abc import Sequence

from codegen.model import AnyType, Call, ClassType, EnumType, Member
from codegen.source import Language, Line, arguments, indented, route

CSHARP = Language(
    "C#",
    "//",
    ("/* Options:", "*/"),
    {
        "GlobalNamespace": "",
        "MakePartial": "True",
        "MakeVirtual": "True",
        "MakeInternal": "False",
        "MakeDataContractsExtensible": "False",
        "AddNullableAnnotations": "True",
        "AddReturnMarker": "True",
        "AddDescriptionAsComments": "True",
        "AddDataContractAttributes": "False",
        "AddIndexesToDataMembers": "False",
        "AddGeneratedCodeAttributes": "False",
        "AddResponseStatus": "False",
        "AddImplicitVersion": "",
        "InitializeCollections": "False",
        "ExportValueTypes": "False",
        "IncludeTypes": "",
        "ExcludeTypes": "",
        "AddNamespaces": "",
        "AddDefaultXmlNamespace": "http://schemas.servicestack.net/types",
    },
    before=[
        "System",
        "System.IO",
        "System.Collections",
        "System.Collections.Generic",
        "System.Runtime.Serialization",
        "ServiceStack",
        "ServiceStack.DataAnnotations",
    ],
    fixed=frozenset(
        {
            "MakeDataContractsExtensible",
            "AddDataContractAttributes",
            "AddIndexesToDataMembers",
            "AddGeneratedCodeAttributes",
            "AddDefaultXmlNamespace",
        }
    ),
)


def render(type_: AnyType, call: Call | None, nested: Sequence[EnumType] = ()) -> list[Line]:
    """The source of a type. `call` is the operation whose request it is; `nested` are the enums inside the class."""
    if isinstance(type_, EnumType):
        return _enum(type_)
    lines: list[Line] = [("dto", f"[{route(call)}]")] if call else []
    if call:
        lines += [("", f"[{each.name}({arguments(each, positional=True)})]") for each in call.attributes]
    if type_.data_contract:
        lines.append(("", f"[{type_.data_contract}]"))
    kind = "interface" if type_.is_interface else "class"
    lines += [("", f"«access» «partial»{kind} {type_.name}"), *_bases(type_, call), ("", "{")]
    body = _body(type_, call)
    for each in nested:
        body += [*_enum(each), ("", "")]
    return [*lines, *indented(body), ("", "}")]


def _enum(type_: EnumType) -> list[Line]:
    names: list[Line] = [("", f"{name},") for name in type_.names]
    return [("", f"«access» enum {type_.name}"), ("", "{"), *indented(names), ("", "}")]


def _bases(type_: ClassType, call: Call | None) -> list[Line]:
    def declared(bases: Sequence[str]) -> list[str]:
        return [f"    : {', '.join(bases)}"] if bases else []

    if not call:
        return [("", line) for line in declared(type_.implements)]
    with_marker = declared([f"IReturn<{call.returns}>", *type_.implements])
    return [
        *[("dto", line) for line in with_marker],
        *[("!dto", line) for line in declared(type_.implements)],
    ]


def _body(type_: ClassType, call: Call | None) -> list[Line]:
    lines: list[Line] = []
    if call:
        version = ["public «virtual»int Version { get; set; }", "", f"public {type_.name}()", "{"]
        version += ["    Version = «AddImplicitVersion»;", "}", ""]
        lines += [("version", line) for line in version]
    has_attribute = False
    for member in type_.members:
        if has_attribute:
            lines.append(("", ""))
        has_attribute = bool(member.api_member or member.data_member)
        lines += _member(member, is_interface=type_.is_interface)
    if not call and all(member.name != "ResponseStatus" for member in type_.members):
        blank: list[Line] = [("status response", "")] if has_attribute else []
        lines += [*blank, ("status response", "public «virtual»ResponseStatus ResponseStatus { get; set; }")]
    return lines


def _member(member: Member, *, is_interface: bool) -> list[Line]:
    lines: list[Line] = []
    if member.api_member:
        lines += [("doc", "///<summary>"), ("doc", f"///{member.description}"), ("doc", "///</summary>")]
    if member.data_member:
        lines.append(("", f"[DataMember({member.data_member})]"))
    if member.api_member:
        lines.append(("", f"[ApiMember({member.api_member})]"))
    access = "" if is_interface else "public «virtual»"
    initial = " = [];" if member.type.is_list and not member.is_nullable else ""
    mark = "" if not member.is_nullable else "?" if member.is_value else "«nullable»"
    return [*lines, ("", f"{access}{member.type}{mark} {member.name} {{ get; set; }}{initial}")]
