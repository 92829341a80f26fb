"""Rate and cron expressions of EventBridge Scheduler. We check them before we call AWS.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from zoneinfo import ZoneInfo

from bokabridge.settings.cron import MONTHS, WEEKDAYS

_RATE = re.compile(r"rate\(\s*([1-9][0-9]{0,5})\s+(minute|hour|day)s?\s*\)", re.IGNORECASE)
_CRON = re.compile(r"cron\(([^()]*)\)", re.IGNORECASE)

_DAY_OF_MONTH = re.compile(r"L|LW|([1-9]|[12][0-9]|3[01])W")
_DAY_OF_WEEK_IN_MONTH = re.compile(r"[1-7]L|[1-7]#[1-5]|L")


def parse_expression(text: str) -> str | None:
    """The expression in its usual spelling, or None if it is neither a rate nor a cron expression."""
    rate = _RATE.fullmatch(text.strip())
    if rate:
        number, unit = int(rate[1]), rate[2].lower()
        return f"rate({number} {unit}{'' if number == 1 else 's'})"
    cron = _CRON.fullmatch(text.strip())
    if not cron:
        return None
    fields = cron[1].upper().split()
    return f"cron({' '.join(fields)})" if _is_cron(fields) else None


def is_timezone(name: str) -> bool:
    """True for a name of the IANA time zone database."""
    try:
        ZoneInfo(name)
    except (ValueError, LookupError, OSError):  # odd characters, an unknown name, the name of a folder
        return False
    return True


def _is_cron(fields: list[str]) -> bool:
    """True for six valid fields. Exactly one of day of month and day of week must be `?`."""
    if len(fields) != 6:
        return False
    minute, hour, day, month, weekday, year = fields
    return (
        _is_field(minute, 0, 59)
        and _is_field(hour, 0, 23)
        and (day == "?") != (weekday == "?")
        and (day == "?" or _is_field(day, 1, 31) or _DAY_OF_MONTH.fullmatch(day) is not None)
        and _is_field(month, 1, 12, MONTHS)
        and (weekday == "?" or _is_field(weekday, 1, 7, WEEKDAYS) or bool(_DAY_OF_WEEK_IN_MONTH.fullmatch(weekday)))
        and _is_field(year, 1970, 2199)
    )


def _is_field(text: str, lowest: int, highest: int, names: tuple[str, ...] = ()) -> bool:
    return all(_is_part(part, lowest, highest, names) for part in text.split(","))


def _is_part(text: str, lowest: int, highest: int, names: tuple[str, ...]) -> bool:
    """True for `*`, a value or a range, each with or without a step."""
    span, slash, step = text.partition("/")
    if slash and not (step.isascii() and step.isdecimal() and 0 < int(step) <= highest):
        return False
    if span == "*":
        return True
    first, dash, last = span.partition("-")
    ends = [_value(end, names) for end in ((first, last) if dash else (first,))]
    return all(end is not None and lowest <= end <= highest for end in ends)


def _value(text: str, names: tuple[str, ...]) -> int | None:
    if text in names:
        return names.index(text) + 1
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else None
