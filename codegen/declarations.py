"""Reads the operations' declarations into the model."""

import types
from collections.abc import Iterable, Sequence
from datetime import datetime
from enum import Enum, StrEnum
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, RootModel
from pydantic.alias_generators import to_pascal
from pydantic.fields import FieldInfo

from bokabridge.auth.principal import READ, SUPERADMIN, WRITE
from bokabridge.http.operation import Operation
from bokabridge.http.wire import CompanyRequest, WindowRequest, WireModel
from bokabridge.operations.index import OPERATIONS
from codegen import contract
from codegen.model import DTOS, VALUE_TYPES, AnyType, Call, ClassType, EnumType, Member, Model, TypeName
from codegen.servicestack import ICOMPANY, RESPONSE_STATUS, SERVICESTACK_TYPES

_BUILT_IN = {str: "string", int: "int", float: "double", bool: "bool", datetime: "DateTime"}
_FORMATS = {"uuid": "Guid", "date-time": "DateTime"}
"""What a text of VOSS's DTOs is, by the format in its JSON schema."""
_GUIDS = frozenset({"Id", "CompanyId"})
"""The members of our DTOs that are GUIDs."""
_ROLES = (WRITE, SUPERADMIN, READ)
"""The roles in the order of BokaMera's pages."""


def read_model(operations: Sequence[Operation[Any, Any]] = OPERATIONS) -> Model:
    """The operations and all types that they need."""
    reader = _Reader()
    calls = [reader.call(operation) for operation in operations]
    return Model(calls, reader.types)


class _Reader:
    """Collects the types of the declarations."""

    def __init__(self) -> None:
        self.types: dict[str, AnyType] = {each.name: each for each in [ICOMPANY, *SERVICESTACK_TYPES]}

    def call(self, operation: Operation[Any, Any]) -> Call:
        """The operation in the model."""
        request = ClassType(
            operation.name,
            DTOS,
            [self._request_member(operation, name, each) for name, each in _ordered(operation)],
            implements=_interfaces(operation.request),
        )
        self.types[operation.name] = request
        returns, _ = self._type_of(operation.response, [])
        return Call(
            request,
            returns,
            operation.method,
            operation.path,
            [role for role in _ROLES if role in operation.roles],
            operation.summary,
            operation.notes,
            contract.OURS if operation.is_ours else contract.ATTRIBUTES.get(operation.name, ()),
        )

    def _request_member(self, operation: Operation[Any, Any], name: str, field: FieldInfo) -> Member:
        wire = field.alias or name
        found, _ = self._type_of(field.annotation, [*field.metadata, field], wire)
        parameter = _parameter(operation, wire)
        text = contract.text_of(operation.name, wire)
        has_attribute = text and (operation.is_ours or operation.name in contract.ATTRIBUTES)
        arguments = [f'Description="{text}"']
        if field.is_required():
            arguments.append("IsRequired=true")
        if operation.name not in contract.WITHOUT_PARAMETER_TYPE:
            arguments.append(f'ParameterType="{parameter}"')
        return Member(
            wire,
            wire,
            found,
            is_nullable=not field.is_required(),
            parameter=parameter,
            description=text,
            api_member=", ".join(arguments) if has_attribute else "",
            is_value=self._is_value(found),
        )

    def _class(self, dto: type[BaseModel]) -> ClassType:
        members = [self._response_member(dto, name, each) for name, each in dto.model_fields.items()]
        name = _class_name(dto)
        if issubclass(dto, WireModel):
            if dto.has_response_status:
                can_be_null = name in contract.NULLABLE_RESPONSE_STATUS
                members.append(Member("ResponseStatus", "ResponseStatus", TypeName(RESPONSE_STATUS.name), can_be_null))
            return ClassType(name, DTOS, members)
        return ClassType(name, contract.MODEL, members, data_contract=f'DataContract(Name="{name}")')

    def _response_member(self, dto: type[BaseModel], name: str, field: FieldInfo) -> Member:
        wire = field.alias or name
        if issubclass(dto, WireModel):
            found, can_be_null = self._type_of(field.annotation, [*field.metadata, field], wire)
            return Member(wire, wire, found, can_be_null, is_value=self._is_value(found))
        found, _ = self._type_of(field.annotation, [*field.metadata, field])
        # VOSS's classes are older than nullable references: of their optional members, only these can be null.
        can_be_null = not field.is_required() and found.name in ("Guid", "DateTime") and not found.is_list
        arguments = [f'Name="{wire}"']
        if field.is_required():
            arguments.append("IsRequired=true")
        if field.exclude_if is not None:
            arguments.append("EmitDefaultValue=false")
        net_name = contract.MEMBER_NAMES.get((_class_name(dto), wire), to_pascal(name))
        return Member(
            net_name, wire, found, can_be_null, data_member=", ".join(arguments), is_value=self._is_value(found)
        )

    def _is_value(self, type_: TypeName) -> bool:
        is_enum = isinstance(self.types.get(type_.name), EnumType)
        return not type_.is_list and (type_.name in VALUE_TYPES or is_enum)

    def _type_of(self, annotation: Any, metadata: Iterable[Any], wire: str = "") -> tuple[TypeName, bool]:
        """The type's name, and whether None is allowed. Adds our own types to those that are known."""
        if get_origin(annotation) is Annotated:
            inner, *more = get_args(annotation)
            return self._type_of(inner, [*metadata, *more], wire)
        if get_origin(annotation) in (Union, types.UnionType):
            return self._type_of_union(get_args(annotation), metadata, wire)
        if get_origin(annotation) is list:
            item, _ = self._type_of(get_args(annotation)[0], [])
            return TypeName(item.name, is_list=True), False
        if annotation in _BUILT_IN:
            meaning = _FORMATS.get(_format(metadata), _BUILT_IN[annotation])
            return TypeName("Guid" if annotation is str and wire in _GUIDS else meaning), False
        if issubclass(annotation, RootModel):
            return self._type_of(annotation.model_fields["root"].annotation, [])
        found = _enum(annotation) if issubclass(annotation, Enum) else self._class(annotation)
        self.types.setdefault(found.name, found)
        return TypeName(found.name), False

    def _type_of_union(self, choices: Sequence[Any], metadata: Iterable[Any], wire: str) -> tuple[TypeName, bool]:
        names = [self._type_of(each, metadata, wire)[0] for each in choices if each is not type(None)]
        is_number = {each.name for each in names} == {"int", "double"}
        return (TypeName("double") if is_number else names[0]), type(None) in choices


def _ordered(operation: Operation[Any, Any]) -> list[tuple[str, FieldInfo]]:
    """The members of a request: those of the path, the company, its own, and the part of a list that it wants."""

    def place(item: tuple[str, FieldInfo]) -> int:
        name, field = item
        if f"{{{field.alias}}}" in operation.path:
            return 0
        return 1 if name in CompanyRequest.model_fields else 3 if name in WindowRequest.model_fields else 2

    return sorted(operation.request.model_fields.items(), key=place)


def _parameter(operation: Operation[Any, Any], wire: str) -> str:
    """Where a request has this member."""
    if f"{{{wire}}}" in operation.path:
        return "path"
    return "body" if operation.method in ("POST", "PUT") else "query"


def _interfaces(request: type[WireModel]) -> tuple[str, ...]:
    is_companys = issubclass(request, CompanyRequest) and not request.model_fields["company_id"].is_required()
    return (ICOMPANY.name,) if is_companys else ()


def _class_name(dto: type[BaseModel]) -> str:
    return getattr(dto, "dto_name", "") or dto.__name__


def _format(metadata: Iterable[Any]) -> str:
    """The format of a text in the JSON schema, or ""."""
    extras = [each.json_schema_extra for each in metadata if isinstance(each, FieldInfo)]
    return next((str(each["format"]) for each in extras if isinstance(each, dict) and "format" in each), "")


def _enum(enum: type[Enum]) -> EnumType:
    name, namespace, nested_in = contract.ENUM_NAMES.get(enum.__name__, (enum.__name__, DTOS, ""))
    names = [str(each.value) if issubclass(enum, StrEnum) else each.name for each in enum]
    return EnumType(name, namespace, names, nested_in)
