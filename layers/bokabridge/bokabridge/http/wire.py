"""The conventions of the wire: PascalCase members, GUIDs, ISO 8601 dates in UTC, absent members instead of null.

Responses write values as ServiceStack does, and requests may write them in all the ways that ServiceStack reads.
"""

from datetime import UTC, datetime
from enum import Enum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer
from pydantic.alias_generators import to_pascal
from pydantic_core import ErrorDetails, PydanticCustomError

from bokabridge.dates import parse_any_date
from bokabridge.ids import EMPTY_GUID, parse_guid
from bokabridge.paging import Window
from bokabridge.text import has_control_characters, parse_whole_number

MAX_SKIP = 1_000_000
"""No list has more items. DynamoDB and Python cannot count as far as a caller can write."""

MAX_TAKE = 1000


class WireModel(BaseModel):
    """A DTO: snake_case in Python, PascalCase on the wire.

    The class variables say what .NET's class of this name has besides its members: its namespace in XML, the name if it
    is not that of ours, a last member ResponseStatus (null in a success), the attribute DataContract, and members that
    XML has in their order instead of the alphabet's.
    """

    xml_namespace: ClassVar[str] = "http://schemas.datacontract.org/2004/07/BokaMera.API.ServiceModel.Dtos"
    dto_name: ClassVar[str] = ""
    has_response_status: ClassVar[bool] = False
    is_data_contract: ClassVar[bool] = False
    is_ordered: ClassVar[bool] = False

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


def _optional_guid(value: object) -> str | None:
    """The GUID. A blank value and .NET's empty GUID (all zeros) count as absent."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    guid = _guid(value)
    return None if guid == EMPTY_GUID else guid


def _required_guid(value: object) -> str:
    return str(required(_optional_guid(value) or ""))


def _optional_date(value: object) -> datetime | None:
    """A date in one of ServiceStack's forms, in UTC unless it names a time zone."""
    if isinstance(value, str) and not value.strip():
        return None
    try:
        if isinstance(value, str):
            return parse_any_date(value).astimezone(UTC)
    except (ValueError, OverflowError):  # OverflowError: in UTC, the year is 0 or 10000
        pass
    raise PydanticCustomError("InvalidDate", "must be a date in ISO 8601.")


_UNREADABLE = frozenset({"Invalid", "InvalidGuid", "InvalidDate", "InvalidInteger"})


def is_unreadable(detail: ErrorDetails) -> bool:
    """True if the value has another type than its member, False if it breaks another rule, such as a bound."""
    return detail["type"] in _UNREADABLE or "names" in detail.get("ctx", {})


def _whole_number(value: object) -> int:
    number = parse_whole_number(value)
    if number is None:
        raise PydanticCustomError("InvalidInteger", "must be a whole number.")
    return number


def enum_member(kind: type[Enum], code: str, *, accepts_undefined_numbers: bool = False) -> BeforeValidator:
    """Reads an enum by its member's name in any case, or by its value (ServiceStack's number). Blank counts as absent.

    A value that matches no member is an error with this code, or a number, as it may be in .NET.
    """
    known = {text.lower(): member for member in kind for text in (member.name, str(member.value))}

    def find(value: Any) -> Any:
        text = str(value).strip().lower() if isinstance(value, str | int) and not isinstance(value, bool) else None
        if text == "" or value is None:
            return None
        if text in known:
            return known[text]
        number = parse_whole_number(value)
        if accepts_undefined_numbers and number is not None and -(2**31) <= number < 2**31:
            return number
        names = ", ".join(
            f"{member.value} ({member.name})" if isinstance(member.value, int) else member.name for member in kind
        )
        raise PydanticCustomError(code, "must be one of {names}.", {"names": names})

    return BeforeValidator(find)


def _flag(value: object) -> bool:
    """True or false, in the words and the numbers that ServiceStack knows."""
    text = str(value).strip() if isinstance(value, bool | int | str) else ""
    if text == "on" or text.lower() in ("true", "t", "y", "1"):
        return True
    if text == "off" or text.lower() in ("false", "f", "n", "0"):
        return False
    raise PydanticCustomError("Invalid", "must be true or false.")


def _format_date(at: datetime) -> str:
    """The date in milliseconds, without the zeros at their end, and with a Z unless it has no time zone."""
    utc = at.astimezone(UTC).replace(tzinfo=None) if at.tzinfo else at
    text = utc.isoformat(timespec="milliseconds").rstrip("0").removesuffix(".")
    return f"{text}Z" if at.tzinfo else text


GUID = Field(json_schema_extra={"format": "uuid"})
"""Marks a text that is .NET's Guid."""

WireGuid = Annotated[str, GUID]

WireDate = Annotated[datetime, PlainSerializer(_format_date, return_type=str)]
"""A date as `2026-11-21T18:40:01.123Z`, or `...01Z` if there is no fraction."""

Flag = Annotated[bool, BeforeValidator(_flag)]

OptionalDate = Annotated[datetime | None, BeforeValidator(_optional_date)]

TidyText = Annotated[str, BeforeValidator(_tidy_text)]
"""A text that is not blank, without the blanks around it. Control characters are refused."""

WholeNumber = Annotated[int, BeforeValidator(_whole_number)]

StoredId = Annotated[str, BeforeValidator(_guid), GUID]
"""The id of something that we store. The empty GUID is an id too, of nothing."""

OptionalGuid = Annotated[str | None, BeforeValidator(_optional_guid), GUID]
RequiredGuid = Annotated[str, BeforeValidator(_required_guid), GUID]


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
