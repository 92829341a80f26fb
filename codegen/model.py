"""The operations and their types as ServiceStack knows them, in .NET's words."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

DTOS = "BokaMera.API.ServiceModel.Dtos"
SERVICESTACK = "ServiceStack"

VALUE_TYPES = frozenset({"Guid", "DateTime", "int", "double", "bool"})
"""The built-in types that cannot be null in .NET. `string` and `Dictionary<string,string>` can."""


@dataclass(frozen=True, slots=True)
class TypeName:
    """A type by its C# name: a built-in one, or one of ours."""

    name: str
    is_list: bool = False

    def __str__(self) -> str:
        return f"List<{self.name}>" if self.is_list else self.name


@dataclass(frozen=True, slots=True)
class Member:
    """A member of a class.

    `wire` is its name in JSON. `parameter` is where a request has it (path, query, body), or "form" outside of
    requests. `api_member` and `data_member` are the arguments of these attributes, as they stand in the source.
    """

    name: str
    wire: str
    type: TypeName
    is_nullable: bool = False
    parameter: str = "form"
    description: str = ""
    api_member: str = ""
    data_member: str = ""
    is_value: bool = False

    @property
    def is_required(self) -> bool:
        """True if ServiceStack calls the member required: by its attribute, or as a reference that cannot be null."""
        return "IsRequired=true" in self.api_member or not (self.is_nullable or self.is_value)

    @property
    def omits_default(self) -> bool:
        """True if a response leaves the member out when it has the default of its type."""
        return "EmitDefaultValue=false" in self.data_member


@dataclass(frozen=True, slots=True)
class EnumType:
    """An enum with the names of its members. `nested_in` is the class that declares it in C#, if any."""

    name: str
    namespace: str
    names: Sequence[str]
    nested_in: str = ""


@dataclass(frozen=True, slots=True)
class ClassType:
    """A class or an interface. `data_contract` is its DataContract attribute with its arguments, or ""."""

    name: str
    namespace: str
    members: Sequence[Member]
    data_contract: str = ""
    is_interface: bool = False
    implements: Sequence[str] = ()


type AnyType = ClassType | EnumType


@dataclass(frozen=True, slots=True)
class Attribute:
    """An attribute of a request. The value of its first argument stands alone in C#, if `is_positional`."""

    name: str
    arguments: Mapping[str, str | int]
    is_positional: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """An operation: its request, what it returns, and what its page says."""

    request: ClassType
    returns: TypeName
    method: str
    path: str
    roles: Sequence[str]
    summary: str
    notes: str
    attributes: Sequence[Attribute] = ()

    @property
    def name(self) -> str:
        """The request's name."""
        return self.request.name

    @property
    def tag(self) -> str:
        """The first part of the path, which groups operations: `{voss}` selects those of VOSS."""
        return self.path.split("/")[1]


@dataclass(frozen=True, slots=True)
class Model:
    """All operations and types. Requests and responses are among the types."""

    calls: Sequence[Call]
    types: Mapping[str, AnyType] = field(default_factory=dict)

    def direct(self, type_: AnyType) -> list[AnyType]:
        """Our types that this type's members have, in order, each once."""
        if isinstance(type_, EnumType):
            return []
        names = dict.fromkeys(member.type.name for member in type_.members)
        return [self.types[name] for name in names if name in self.types]

    def before(self, type_: AnyType) -> Iterator[AnyType]:
        """The types that this type needs, each after those that it needs itself; the type comes last."""
        for needed in self.direct(type_):
            yield from self.before(needed)
        yield type_

    def after(self, type_: AnyType) -> Iterator[AnyType]:
        """The type, and then those that it needs, each before those that it needs itself."""
        yield type_
        for needed in self.direct(type_):
            yield from self.after(needed)

    def in_order(self) -> list[AnyType]:
        """All types as ServiceStack orders them: types of members, then responses, then requests."""
        requests = {call.name: call.request for call in self.calls}
        responses = {
            call.returns.name: self.types[call.returns.name] for call in self.calls if not call.returns.is_list
        }
        interfaces = [each for each in self.types.values() if isinstance(each, ClassType) and each.is_interface]
        of_requests = [each for request in requests.values() for each in self.before(request)]
        rest = [each for name in self.types for each in self.before(self.types[name])]
        nested = [each for each in [*of_requests, *rest] if each.name not in requests and each.name not in responses]
        of_responses = [each for response in responses.values() for each in self.before(response)]
        ordered = [*interfaces, *nested, *of_responses, *requests.values()]
        return list({each.name: each for each in ordered}.values())
