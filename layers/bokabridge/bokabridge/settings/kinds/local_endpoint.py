"""The company's own VAKA system."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bokabridge.errors import InvalidInput
from bokabridge.settings.address import is_address, may_connect, parse_host
from bokabridge.settings.kinds.connection import Connection, wire_name
from bokabridge.settings.kinds.members import Port, Secret, Text


def _host(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    host = parse_host(value)
    if host is None:
        raise PydanticCustomError("InvalidHost", "must be a host name or an IP address, without scheme, port or path.")
    return host


def _username(value: Any) -> Any:
    """HTTP Basic separates user name and password by a colon."""
    if isinstance(value, str) and ":" in value:
        raise PydanticCustomError("InvalidUsername", "must not contain a colon.")
    return value


Host = Annotated[str, BeforeValidator(_host), Field(max_length=253)]
Username = Annotated[Text, BeforeValidator(_username)]


@dataclass(frozen=True, slots=True)
class LocalEndpoint(Connection):
    """A connection to the VAKA system at a host name or an IP address that the company chose."""

    number: ClassVar = 1
    name: ClassVar = "LocalApi"
    secrets: ClassVar[Mapping[str, Any]] = {"password": Secret}

    api_endpoint: Host
    api_port: Port
    username: Username

    @classmethod
    def refusals(cls, members: Mapping[str, Any], *, allows_private: bool) -> list[InvalidInput]:
        """See Connection. A name is checked when we connect, because only then do we know its addresses."""
        host = members.get("api_endpoint")
        if host is None or not is_address(host) or may_connect(host, allows_private=allows_private):
            return []
        field = wire_name("api_endpoint")
        return [InvalidInput(f"'{field}' must not be an address of a private or special network.", field)]

    def keeps_secrets(self, after: Mapping[str, Any]) -> bool:
        """See Connection. The stored password is only sent to the host that it was given for."""
        return bool(after["api_endpoint"] == self.api_endpoint)
