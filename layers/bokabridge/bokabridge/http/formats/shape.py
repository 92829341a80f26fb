"""What a format needs to know of a DTO class: its name, its namespace in XML, and its members with their .NET types."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bokabridge.http.errors import ResponseStatus
from bokabridge.http.jsconfig import Switches
from bokabridge.ids import EMPTY_GUID

EMPTY_DATE = "0001-01-01T00:00:00"
"""The default of .NET's DateTime."""


class Kind(Enum):
    """The kinds of .NET types that our members have."""

    TEXT = auto()
    GUID = auto()
    DATE = auto()
    INTEGER = auto()
    DOUBLE = auto()
    BOOLEAN = auto()
    ENUM = auto()
    DTO = auto()
    LIST = auto()
    MAP = auto()


_DEFAULTS: Mapping[Kind, Any] = {
    Kind.GUID: EMPTY_GUID,
    Kind.DATE: EMPTY_DATE,
    Kind.INTEGER: 0,
    Kind.DOUBLE: 0,
    Kind.BOOLEAN: False,
}
"""The defaults of .NET's value types. Other members are null by default; an enum's default is never left out."""

_KINDS: Mapping[type, Kind] = {  # the first that fits
    Enum: Kind.ENUM,
    datetime: Kind.DATE,
    bool: Kind.BOOLEAN,
    float: Kind.DOUBLE,
    int: Kind.INTEGER,
    str: Kind.TEXT,
    list: Kind.LIST,
    dict: Kind.MAP,
    BaseModel: Kind.DTO,
}
_KINDS_BY_FORMAT = {"uuid": Kind.GUID, "date-time": Kind.DATE}


@dataclass(frozen=True, slots=True)
class Member:
    """A member: its name on the wire, its kind, and its default in a new .NET object.

    `shape` is that of the DTO, or of a list's items. `omits_default` is .NET's EmitDefaultValue=false.
    """

    name: str
    kind: Kind
    default: Any = None
    omits_default: bool = False
    shape: "Shape | None" = None

    def is_default(self, value: Any) -> bool:
        """True for null and for the default of the member's type."""
        if self.kind is Kind.DATE and value is not None:
            value = value.removesuffix("Z")
        return value is None or value == self.default


@dataclass(frozen=True, slots=True)
class Shape:
    """A DTO class. `item` is set for a bare list only, which has no members.

    `members` are in the order of their declaration, `xml_members` in that of XML. `has_doubles` is True if a value can
    hold a .NET double, at any depth.
    """

    name: str
    namespace: str
    members: tuple[Member, ...] = ()
    xml_members: tuple[Member, ...] = ()
    is_data_contract: bool = False
    has_doubles: bool = False
    item: "Shape | None" = None


def shape_of(model: Any) -> Shape:
    """The shape of a WireModel, of a list of them (RootModel), or of a model class with the same class variables."""
    return _shape(model)


@cache
def _shape(model: type[BaseModel]) -> Shape:
    if "root" in model.model_fields:
        item = shape_of(get_args(model.model_fields["root"].annotation)[0])
        return Shape(f"ArrayOf{item.name}", item.namespace, has_doubles=item.has_doubles, item=item)
    members = tuple(_member(info, info.alias or name) for name, info in model.model_fields.items())
    if getattr(model, "has_response_status", False):
        members += (Member("ResponseStatus", Kind.DTO, shape=shape_of(ResponseStatus)),)
    return Shape(
        name=getattr(model, "dto_name", "") or model.__name__,
        namespace=model.xml_namespace,  # type: ignore[attr-defined]  # every model on the wire has it
        members=members,
        xml_members=members if getattr(model, "is_ordered", False) else tuple(sorted(members, key=lambda m: m.name)),
        is_data_contract=getattr(model, "is_data_contract", False),
        has_doubles=any(m.kind is Kind.DOUBLE or (m.shape and m.shape.has_doubles) for m in members),
    )


def tree_of(body: Any) -> Any:
    """The model as dicts, lists and JSON's scalars by the names on the wire, null members included.

    Members with EmitDefaultValue=false are absent if they have their default.
    """
    tree = body.model_dump(mode="json", by_alias=True)
    return tree | {"ResponseStatus": None} if getattr(body, "has_response_status", False) else tree


def written(
    tree: Mapping[str, Any], shape: Shape, switches: Switches, *, writes_nulls: bool = False
) -> Iterator[tuple[str, Member, Any]]:
    """The members that JSON and JSV write, each with its name and value.

    Source: ServiceStack's WriteType.cs, ShouldWriteProperty. Empty GUIDs and dates are left out like nulls, because
    BokaMera's host sets JsConfig's SerializeFn for both.
    """
    for member in shape.members:
        if member.name not in tree:
            continue
        value = tree[member.name]
        if member.is_default(value):
            is_empty = value is None or member.kind in (Kind.GUID, Kind.DATE)
            if switches.excludes_defaults or (is_empty and not writes_nulls):
                continue
        yield member.name if shape.is_data_contract else switches.cased(member.name), member, value


def _member(info: FieldInfo, name: str) -> Member:
    types, formats = _parts(info.annotation)
    if isinstance(info.json_schema_extra, dict):
        formats.add(info.json_schema_extra.get("format"))
    kind = next((kind for name, kind in _KINDS_BY_FORMAT.items() if name in formats), None) or _kind(types)
    inner = next((given for given in types if kind is Kind.DTO), None)
    if kind is Kind.LIST:
        (inner,) = _parts(get_args(types[0])[0])[0]
    omits_default = info.exclude_if is not None
    is_nullable = NoneType in types and not omits_default
    default = None if is_nullable else _DEFAULTS.get(kind)
    return Member(name, kind, default, omits_default, shape_of(inner) if inner else None)


def _kind(types: list[Any]) -> Kind:
    classes = [get_origin(given) or given for given in types]
    return next(kind for base, kind in _KINDS.items() if any(issubclass(given, base) for given in classes))


def _parts(annotation: Any) -> tuple[list[Any], set[Any]]:
    """The types that a member can have, and the formats of JSON Schema that they are declared with."""
    if get_origin(annotation) is Annotated:
        types, formats = _parts(annotation.__origin__)
        extras = [getattr(data, "json_schema_extra", None) for data in annotation.__metadata__]
        return types, formats | {extra.get("format") for extra in extras if isinstance(extra, dict)}
    if get_origin(annotation) in (Union, UnionType):
        parts = [_parts(part) for part in get_args(annotation)]
        return [given for types, _ in parts for given in types], {name for _, formats in parts for name in formats}
    return [annotation], set()
