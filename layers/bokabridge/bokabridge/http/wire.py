"""The conventions of the wire: PascalCase members, GUIDs, ISO 8601 dates in UTC, absent members instead of null."""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_pascal
from pydantic_core import PydanticCustomError

from bokabridge.dates import format_date, parse_date
from bokabridge.ids import EMPTY_GUID, parse_guid, parse_stored_id
from bokabridge.paging import Window
from bokabridge.text import has_control_characters, parse_whole_number

MAX_SKIP = 1_000_000
"""No list has more items. DynamoDB and Python cannot count as far as a caller can write."""

MAX_TAKE = 1000


class WireModel(BaseModel):
    """A DTO: snake_case in Python, PascalCase on the wire."""

    model_config = ConfigDict(
        alias_generator=to_pascal,
        populate_by_name=True,
        hide_input_in_errors=True,
        defer_build=True,  # a model is built when it is first used: a cold start needs two of a dozen
    )

    def to_json(self) -> str:
        """The body as JSON, without null members."""
        return self.model_dump_json(by_alias=True, exclude_none=True)


def required(value: object) -> object:
    """Refuses a blank value, as ServiceStack's NotEmpty does."""
    if isinstance(value, str) and not value.strip():
        raise PydanticCustomError("NotEmpty", "should not be empty.")
    return value


def _tidy_text(value: object) -> object:
    text = required(value)
    if isinstance(text, str) and has_control_characters(text := text.strip()):
        raise PydanticCustomError("InvalidText", "must not contain control characters.")
    return text


def _guid(value: object) -> str:
    """A GUID in any of .NET's forms as lower-case text with dashes."""
    guid = parse_guid(value) if isinstance(value, str) else None
    if guid is None:
        raise PydanticCustomError("InvalidGuid", "must be a GUID.")
    return guid


def _stored_id(value: object) -> str:
    found = parse_stored_id(value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("InvalidGuid", "must be a GUID with dashes, as our responses show it.")
    return found


def _optional_guid(value: object) -> str | None:
    """The GUID. A blank value and .NET's empty GUID (all zeros) count as absent."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    guid = _guid(value)
    return None if guid == EMPTY_GUID else guid


def _required_guid(value: object) -> str:
    return str(required(_optional_guid(value) or ""))


def _optional_date(value: object) -> datetime | None:
    """A date in ISO 8601, in UTC unless it names a time zone. (pydantic alone would read "2026" as seconds.)"""
    if isinstance(value, str) and not value.strip():
        return None
    try:
        if isinstance(value, str):
            return parse_date(value).astimezone(UTC)
    except (ValueError, OverflowError):  # OverflowError: in UTC, the year is 0 or 10000
        pass
    raise PydanticCustomError("InvalidDate", "must be a date in ISO 8601.")


def _whole_number(value: object) -> int:
    number = parse_whole_number(value)
    if number is None:
        raise PydanticCustomError("InvalidInteger", "must be a whole number.")
    return number


def enum_member(kind: type[Enum], code: str) -> BeforeValidator:
    """Reads an enum by its member's name in any case, or by its value (ServiceStack's number). Blank counts as absent.

    A value that matches no member is an error with this code.
    """

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


WireDate = Annotated[datetime, PlainSerializer(format_date, return_type=str)]
"""A date as `2026-11-21T18:40:01.123Z`."""

OptionalDate = Annotated[datetime | None, BeforeValidator(_optional_date)]

TidyText = Annotated[str, BeforeValidator(_tidy_text)]
"""A text that is not blank, without the blanks around it. Control characters are refused."""

WholeNumber = Annotated[int, BeforeValidator(_whole_number)]

StoredId = Annotated[str, BeforeValidator(_stored_id)]
"""The id of something that we store: only as we show it, in any case. CompanyId may have any of .NET's forms."""

OptionalGuid = Annotated[str | None, BeforeValidator(_optional_guid)]
RequiredGuid = Annotated[str, BeforeValidator(_required_guid)]


class CompanyRequest(WireModel):
    """A request of ServiceStack's `ICompany`. Without a CompanyId it concerns the caller's own company."""

    company_id: OptionalGuid = None


class WindowRequest(WireModel):
    """A request for a part of a list: at most Take items, after the first Skip."""

    skip: WholeNumber = Field(default=0, ge=0, le=MAX_SKIP)
    take: WholeNumber = Field(default=100, ge=0, le=MAX_TAKE)

    @property
    def window(self) -> Window:
        """The part that the caller asks for."""
        return Window(self.skip, self.take)
