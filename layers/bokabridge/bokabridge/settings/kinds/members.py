"""The types of members that do not belong to one kind alone."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bokabridge.text import has_control_characters, parse_whole_number


def stripped(value: Any) -> Any:
    """A text without the blanks around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value


def _text(value: Any) -> Any:
    text = stripped(value)
    if isinstance(text, str) and has_control_characters(text):
        raise PydanticCustomError("InvalidText", "must not contain control characters.")
    return text


def _port(value: Any) -> int:
    number = parse_whole_number(value)
    if number is None:
        raise PydanticCustomError("InvalidInteger", "must be a whole number.")
    return number


Text = Annotated[str, BeforeValidator(_text), Field(max_length=200)]

Port = Annotated[int, BeforeValidator(_port), Field(ge=1, le=65535)]

Secret = Annotated[str, Field(max_length=2000)]
"""A secret is taken as it is, because blanks may be part of it."""
