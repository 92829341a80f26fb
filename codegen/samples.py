"""The sample of a request or a response in each format, as ServiceStack's metadata pages show it."""

import json
from collections.abc import Mapping, Sequence

from codegen.model import DTOS, SERVICESTACK, ClassType, EnumType, Member, Model, TypeName

type Value = str | int | bool | Mapping[str, "Value"] | Sequence["Value"]

_VALUES: Mapping[str, Value] = {
    "string": "String",
    "int": 0,
    "double": 0,
    "bool": False,
    "Guid": "00000000-0000-0000-0000-000000000000",
    "DateTime": "0001-01-01T00:00:00",
    "Dictionary<string,string>": {"String": "String"},
}
_CONTRACTS = "http://schemas.datacontract.org/2004/07/"
_ARRAYS = "http://schemas.microsoft.com/2003/10/Serialization/Arrays"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"


def as_json(model: Model, type_: TypeName) -> str:
    """The sample as compact JSON."""
    return json.dumps(_value(model, type_), separators=(",", ":"))


def as_jsv(model: Model, type_: TypeName) -> str:
    """The sample as JSV, each level indented by a tab."""
    return _indented_jsv(_value(model, type_), 0)


def as_xml(model: Model, type_: TypeName) -> str:
    """The sample as XML of .NET's DataContractSerializer, each level indented by two blanks."""
    name = f"ArrayOf{type_.name}" if type_.is_list else type_.name
    namespace = _namespace(model, type_)
    body = _xml_content(model, type_, namespace, "", depth=1)
    return "\n".join([f'<{name} xmlns:i="{_INSTANCE}" xmlns="{namespace}">', *body, f"</{name}>"])


def _value(model: Model, type_: TypeName) -> Value:
    if type_.is_list:
        return [_value(model, TypeName(type_.name))]
    found = model.types.get(type_.name)
    if found is None:
        return _VALUES[type_.name]
    if isinstance(found, EnumType):
        return found.names[0]
    return {member.wire: _value(model, member.type) for member in found.members if not _is_left_out(member)}


def _is_left_out(member: Member) -> bool:
    """True for a default that JSON and JSV leave out. BokaMera writes GUIDs and dates in its own way, without zeros."""
    is_zero = member.type.name in ("Guid", "DateTime") and not member.is_nullable and not member.type.is_list
    return is_zero or _omits_zero(member)


def _omits_zero(member: Member) -> bool:
    return member.omits_default and member.is_value


def _indented_jsv(value: Value, depth: int) -> str:
    line = "\n" + "\t" * (depth + 1)
    if isinstance(value, Mapping):
        members = [f"{name}: {_below(item, depth)}" for name, item in value.items()]
        return f"{{{line}{f',{line}'.join(members)}{line[:-1]}}}"
    if isinstance(value, str):
        return f'"{value}"' if ":" in value else value
    if isinstance(value, Sequence):
        return f"[{line}{f',{line}'.join(_indented_jsv(item, depth + 1) for item in value)}{line[:-1]}]"
    return str(value)


def _below(value: Value, depth: int) -> str:
    """A member's value. One with members of its own begins on the next line."""
    text = _indented_jsv(value, depth + 1)
    is_plain = isinstance(value, str) or not isinstance(value, Mapping | Sequence)
    return text if is_plain else "\n" + "\t" * (depth + 1) + text


def _namespace(model: Model, type_: TypeName) -> str:
    namespace = model.types[type_.name].namespace if type_.name in model.types else DTOS
    return "http://schemas.servicestack.net/types" if namespace == SERVICESTACK else _CONTRACTS + namespace


def _xml_content(model: Model, type_: TypeName, namespace: str, prefix: str, depth: int) -> list[str]:
    """The elements inside of a value's element. `prefix` is that of the namespace of the value's class."""
    if type_.is_list:
        item = TypeName(type_.name)
        return _element(model, item, prefix + type_.name, namespace, prefix, depth)
    found = model.types[type_.name]
    all_members = found.members if isinstance(found, ClassType) else []
    members = [member for member in all_members if not _omits_zero(member)]
    if not any("Order=" in member.data_member for member in members):
        members.sort(key=lambda member: member.wire)
    return [
        line
        for member in members
        for line in _element(model, member.type, prefix + member.wire, namespace, prefix, depth)
    ]


def _element(model: Model, type_: TypeName, name: str, namespace: str, prefix: str, depth: int) -> list[str]:
    """The element of a value inside of a class of this namespace. `depth` counts the elements around it."""
    indent = "  " * depth
    own = f"d{depth + 1}p1:"
    declared = f"xmlns:{own[:-1]}="
    if type_.name == "Dictionary<string,string>":
        pair = [f"{own}KeyValueOfstringstring", f"{own}Key", f"{own}Value"]
        return [
            f'{indent}<{name} {declared}"{_ARRAYS}">',
            f"{indent}  <{pair[0]}>",
            f"{indent}    <{pair[1]}>String</{pair[1]}>",
            f"{indent}    <{pair[2]}>String</{pair[2]}>",
            f"{indent}  </{pair[0]}>",
            f"{indent}</{name}>",
        ]
    is_plain = not type_.is_list and not isinstance(model.types.get(type_.name), ClassType)
    if is_plain:
        value = _value(model, type_)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return [f"{indent}<{name}>{text}</{name}>"]
    other = _namespace(model, type_)
    if other == namespace:
        return [f"{indent}<{name}>", *_xml_content(model, type_, other, prefix, depth + 1), f"{indent}</{name}>"]
    body = _xml_content(model, type_, other, own, depth + 1)
    return [f'{indent}<{name} {declared}"{other}">', *body, f"{indent}</{name}>"]
