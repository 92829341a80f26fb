"""The types of members of the settings' DTOs that all kinds of connection share."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

from bokabridge.clock import utc_now
from bokabridge.http.wire import WholeNumber
from bokabridge.settings.kinds.members import stripped
from bokabridge.settings.schedule import is_timezone, objection, parse_expression


def absent_if_blank(value: Any) -> Any:
    """Forms send empty fields as blanks, so a blank text counts as absent."""
    return None if isinstance(value, str) and not value.strip() else value


def read_expression(value: Any) -> Any:
    """A rate or a cron expression in one spelling; "" for a blank text. Raises PydanticCustomError."""
    if not isinstance(value, str):
        raise PydanticCustomError("InvalidSchedule", "must be a rate or a cron expression.")
    if not value.strip():
        return ""
    expression = parse_expression(value)
    if expression is None:
        raise PydanticCustomError(
            "InvalidSchedule",
            "must be like rate(1 day) or cron(30 3 ? * MON-FRI *), in EventBridge Scheduler's notation.",
        )
    if refusal := objection(expression, utc_now()):
        raise PydanticCustomError("InvalidSchedule", refusal)
    return expression


def _timezone(value: Any) -> Any:
    name = stripped(value)
    if isinstance(name, str) and not is_timezone(name):
        raise PydanticCustomError("InvalidTimezone", "must be a name of the IANA database, like Europe/Stockholm.")
    return name


Timezone = Annotated[str, BeforeValidator(_timezone), Field(max_length=50)]

Percent = Annotated[Annotated[WholeNumber, Field(ge=0, le=100)] | None, BeforeValidator(absent_if_blank)]
Days = Annotated[Annotated[WholeNumber, Field(ge=0, le=3650)] | None, BeforeValidator(absent_if_blank)]
