"""The operations' DTOs in Python, for the client `servicestack`."""

import re

from codegen.model import AnyType, Call, ClassType, EnumType, Member, TypeName
from codegen.source import Language, Line, arguments, indented, route

PYTHON = Language(
    "Python",
    "#",
    ('""" Options:', '"""'),
    {
        "GlobalNamespace": "",
        "AddServiceStackTypes": "True",
        "AddResponseStatus": "False",
        "AddImplicitVersion": "",
        "AddDescriptionAsComments": "True",
        "IncludeTypes": "",
        "ExcludeTypes": "",
        "DefaultImports": (
            "datetime,decimal,marshmallow.fields:*,servicestack:*,typing:*,dataclasses:dataclass/field,"
            "dataclasses_json:dataclass_json/LetterCase/Undefined/config,enum:Enum/IntEnum"
        ),
        "DataClass": "",
        "DataClassJson": "",
    },
    before=["Object = TypeVar('Object')"],
)

_TYPES = {
    "Guid": "str",
    "string": "str",
    "int": "int",
    "double": "float",
    "bool": "bool",
    "DateTime": "datetime.datetime",
}
_DEFAULTS = {"int": "0", "double": "0.0", "bool": "False", "DateTime": "datetime.datetime(1, 1, 1)"}
_KEYWORDS = frozenset(
    {"from", "in", "is", "class", "def", "import", "pass", "return", "with", "not", "or", "and", "if"}
)


def render(type_: AnyType, call: Call | None) -> list[Line]:
    """The source of a type. `call` is the operation whose request it is."""
    if isinstance(type_, EnumType):
        members = [("", f"{_snake(name).upper()} = '{name}'") for name in type_.names]
        return [("", f"class {type_.name}(str, Enum):"), *indented(members)]
    lines: list[Line] = [("dto", f"# @{route(call)}")] if call else []
    if call:
        lines += [("", f"# @{each.name}({arguments(each)})") for each in call.attributes]
    if not type_.is_interface:
        lines += [("", "«DataClassJson»"), ("", "«DataClass»")]
    lines += _declaration(type_, call)
    return [*lines, *indented(_body(type_, call))]


def _declaration(type_: ClassType, call: Call | None) -> list[Line]:
    def declared(bases: list[str]) -> str:
        return f"class {type_.name}({', '.join(bases)}):" if bases else f"class {type_.name}:"

    bases = list(type_.implements)
    if not call:
        return [("", declared(bases))]
    return [("dto", declared([f"IReturn[{_name(call.returns)}]", *bases])), ("!dto", declared(bases))]


def _body(type_: ClassType, call: Call | None) -> list[Line]:
    lines: list[Line] = [("version", "version: int = «AddImplicitVersion»")] if call else []
    for index, member in enumerate(type_.members):
        if index and type_.members[index - 1].api_member:
            lines += [("", ""), ("", "")]
        lines += _member(member)
    if not type_.members:
        lines.append(("!version" if call else "", "pass"))
    if not call and all(member.name != "ResponseStatus" for member in type_.members):
        lines.append(("status response", "response_status: ResponseStatus = None"))
    return lines


def _member(member: Member) -> list[Line]:
    name, type_ = _snake(member.name), _name(member.type)
    optional = f"{name}: Optional[{type_}] = None"
    if name in _KEYWORDS:
        config = f"field(metadata=config(field_name='{name}'), default=None)"
        lines: list[Line] = [("", f"{name}_: Optional[{type_}] = {config}")]
    elif member.type.is_list and not member.is_nullable:
        lines = [("", f"{name}: {type_} = field(default_factory=list)")]
    elif member.type.name in _DEFAULTS and not member.is_nullable:
        lines = [("!optional", f"{name}: {type_} = {_DEFAULTS[member.type.name]}"), ("optional", optional)]
    else:
        lines = [("", optional)]
    if not member.api_member:
        return lines
    doc: list[Line] = [("doc", '"""'), ("doc", member.description), ("doc", '"""')]
    return [("", f"# @ApiMember({member.api_member})"), *lines, *doc]


def _name(type_: TypeName) -> str:
    name = _TYPES.get(type_.name, type_.name)
    return f"List[{name}]" if type_.is_list else name


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
