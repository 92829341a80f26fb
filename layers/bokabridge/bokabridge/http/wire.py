"""The wire's conventions: PascalCase members, GUIDs, ISO 8601 dates in UTC, absent instead of null."""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_pascal
from pydantic_core import PydanticCustomError

_EMPTY_GUID = str(UUID(int=0))


class WireModel(BaseModel):
    """A DTO: snake_case in Python, PascalCase on the wire."""

    model_config = ConfigDict(alias_generator=to_pascal, populate_by_name=True, hide_input_in_errors=True)

    def to_json(self) -> str:
        """The body as JSON; null members are left out."""
        return self.model_dump_json(by_alias=True, exclude_none=True)


def _format_date(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _guid(value: object) -> str:
    """A GUID in any of .NET's forms as lower-case text with dashes."""
    try:
        return str(UUID(str(value)))
    except ValueError:
        raise PydanticCustomError("InvalidGuid", "must be a GUID.") from None


def _optional_guid(value: object) -> str | None:
    """Blank and .NET's empty GUID (all zeros) count as absent."""
    if value is None or not str(value).strip():
        return None
    guid = _guid(value)
    return None if guid == _EMPTY_GUID else guid


def enum_by_name_or_number(kind: type[Enum], code: str) -> BeforeValidator:
    """ServiceStack takes an enum by its name, whatever the case, or by its number; blank counts as absent."""

    def find(value: Any) -> Any:
        text = str(value).strip().lower() if isinstance(value, str | int) and not isinstance(value, bool) else None
        if text == "" or value is None:
            return None
        for member in kind:
            if text in (str(member.value).lower(), member.name.lower()):
                return member
        names = ", ".join(
            f"{member.value} ({member.name})" if isinstance(member.value, int) else member.name for member in kind
        )
        raise PydanticCustomError(code, "must be one of {names}.", {"names": names})

    return BeforeValidator(find)


WireDate = Annotated[datetime, PlainSerializer(_format_date, return_type=str)]
"""A date as `2026-11-21T18:40:01.123Z`."""

Guid = Annotated[str, BeforeValidator(_guid)]
OptionalGuid = Annotated[str | None, BeforeValidator(_optional_guid)]


class CompanyRequest(WireModel):
    """A request of ServiceStack's `ICompany`: without a CompanyId it is about the caller's own company."""

    company_id: OptionalGuid = None


class Window(WireModel):
    """A part of a list."""

    skip: int = Field(default=0, ge=0)
    take: int = Field(default=100, ge=0, le=1000)
