"""The base of all kinds of connections."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

from pydantic.alias_generators import to_pascal

from bokabridge.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Connection(ABC):
    """A company's connection to its Axema system, without the secrets.

    Each kind is a frozen dataclass. Its fields are the members that are not secret; `secrets` has the type of each
    secret member by its name. All types are pydantic's, and check a member by itself. A member that two kinds share
    has the same type in both, and is a secret in both or in neither.
    """

    number: ClassVar[int]
    """IntegrationType on the wire and in the table."""

    name: ClassVar[str]
    """IntegrationType as a word."""

    secrets: ClassVar[Mapping[str, Any]]

    @property
    @abstractmethod
    def system(self) -> str:
        """The Axema system behind the connection, such as `vaka:<device id>`. Has no secret and no user name.

        User ids mean the same people as long as the system is the same. Another password, user name or client does not
        change it.
        """

    @classmethod
    def field_types(cls) -> dict[str, Any]:
        """The members that are not secret: the type of each by its name."""
        return {field.name: field.type for field in fields(cls)}

    @classmethod
    def member_types(cls) -> dict[str, Any]:
        """All members, the secret ones last: the type of each by its name."""
        return {**cls.field_types(), **cls.secrets}

    @classmethod
    def refusals(cls, members: Mapping[str, Any], *, allows_private: bool) -> list[InvalidInput]:  # noqa: ARG003
        """The rules that these members break, although each is valid by itself. Some members may be missing."""
        return []

    def keeps_secrets(self, after: Mapping[str, Any]) -> bool:  # noqa: ARG002
        """True if the secrets stored for this connection may still be used with the members `after`."""
        return True

    def binding(self) -> dict[str, Any]:
        """The members that the secrets of this connection are stored with. Only the same connection may use them.

        These are all members of both kinds: host, port and user name, or device and client id. The secrets thus never
        go to another host or sign in another client, and a rule about a new member cannot be forgotten.
        """
        return {"IntegrationType": self.number, **self.to_wire()}

    def members(self) -> dict[str, Any]:
        """The members that are not secret, by name."""
        return asdict(self)

    @classmethod
    def from_wire(cls, members: Mapping[str, Any]) -> Self:
        """The connection whose members have these names on the wire. Raises KeyError if one is missing."""
        return cls(**{name: members[wire_name(name)] for name in cls.field_types()})

    def to_wire(self) -> dict[str, Any]:
        """The members that are not secret, by their names on the wire."""
        return {wire_name(name): value for name, value in self.members().items()}


def wire_name(member: str) -> str:
    """The name that a member has on the wire, in the table and in the secret's JSON: `api_key` is `ApiKey`."""
    return to_pascal(member)
