"""The types of members that do not belong to one kind alone."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field


def stripped(value: Any) -> Any:
    """A text without the blanks around it; anything else as it is."""
    return value.strip() if isinstance(value, str) else value


Text = Annotated[str, BeforeValidator(stripped), Field(max_length=200)]

Secret = Annotated[str, Field(max_length=2000)]
"""A secret is taken as it is, because blanks may be part of it."""
