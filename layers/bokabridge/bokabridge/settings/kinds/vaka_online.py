"""VAKA Online, Axema's cloud service."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.kinds.members import Secret, Text, stripped
from bokabridge.text import is_printable_ascii


def _api_key(value: Any) -> Any:
    """An API key is sent as a header."""
    key = stripped(value)
    if isinstance(key, str) and not is_printable_ascii(key):
        raise PydanticCustomError("InvalidApiKey", "must consist of printable ASCII characters.")
    return key


ApiKey = Annotated[str, BeforeValidator(_api_key), Field(max_length=2000)]


@dataclass(frozen=True, slots=True)
class VakaOnline(Connection):
    """A connection to a VAKA system through VAKA Online."""

    number: ClassVar = 2
    name: ClassVar = "CloudBasedApi"
    secrets: ClassVar[Mapping[str, Any]] = {"client_secret": Secret, "api_key": ApiKey}

    device_id: Text
    client_id: Text

    @property
    def system(self) -> str:
        """See Connection: `vaka:<device id>`."""
        return f"vaka:{self.device_id}"
