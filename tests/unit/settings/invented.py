"""A kind of connection that only tests know."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field

from bokabridge.errors import InvalidInput
from bokabridge.settings.kinds import KINDS
from bokabridge.settings.kinds.connection import Connection
from bokabridge.settings.kinds.members import Secret, Text


@dataclass(frozen=True, slots=True)
class Invented(Connection):
    """A kind with a rule of its own. It shares `device_id` with VAKA Online."""

    number: ClassVar = 99
    name: ClassVar = "TestApi"
    secrets: ClassVar[Mapping[str, Any]] = {"pin_code": Secret}

    device_id: Text
    floor: Annotated[int, Field(ge=1)]

    @property
    def system(self) -> str:
        return f"invented:{self.device_id}:{self.floor}"

    @classmethod
    def refusals(cls, members: Mapping[str, Any], *, allows_private: bool) -> list[InvalidInput]:
        return [InvalidInput("'Floor' must not be 13.", "Floor")] if members.get("floor") == 13 else []


ALL: tuple[type[Connection], ...] = (*KINDS, Invented)
