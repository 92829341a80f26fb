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


PORT_RULE = "must be 80, 443 or a port above 1023."


def may_use_port(port: int, *, allows_private: bool) -> bool:
    """True for the ports of the web and those above 1023; the others belong to services that are not Axema's.

    A deployment that allows private networks is connected to them on purpose, and allows every port.
    """
    return allows_private or port in (80, 443) or port > 1023


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

    @property
    def system(self) -> str:
        """See Connection: `local:<host>:<port>`."""
        return f"local:{self.api_endpoint.lower()}:{self.api_port}"

    @classmethod
    def refusals(cls, members: Mapping[str, Any], *, allows_private: bool) -> list[InvalidInput]:
        """See Connection. A name is checked when we connect, because only then do we know its addresses."""
        host, port = members.get("api_endpoint"), members.get("api_port")
        problems = []
        if host is not None and is_address(host) and not may_connect(host, allows_private=allows_private):
            field = wire_name("api_endpoint")
            problems.append(InvalidInput(f"'{field}' must not be an address of a private or special network.", field))
        if port is not None and not may_use_port(port, allows_private=allows_private):
            field = wire_name("api_port")
            problems.append(InvalidInput(f"'{field}' {PORT_RULE}", field, "InvalidPort"))
        return problems

    def keeps_secrets(self, after: Mapping[str, Any]) -> bool:
        """See Connection. The stored password is only sent to the host that it was given for; its port may change."""
        return bool(after["api_endpoint"] == self.api_endpoint)
