"""The controls that `PUT /_control` can set for a company: names, types and defaults."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

MALFORMED_KINDS = ("notJson", "wrongShape", "html")

LOCAL_PAGING_KINDS = ("ignoresOffset", "halvesOffset", "countsPages", "lastPage")
"""How a company's own system misreads `offset`."""

BAD_TOKENS: Mapping[str, object] = {
    "huge": "t" * 500_000,
    "surrogate": "t\ud83d",
    "control": "t\n",
    "number": 7,
    "object": {"token": "t"},
}
"""Continuation tokens that no client can send back."""

CHARSETS = ("iso-8859-1", "windows-1252", "utf-16")


@dataclass(frozen=True)
class Controls:
    """The behaviour of a company's VAKA system. By default it behaves as documented; 0, None and False mean "off"."""

    users: int = 0
    changed: int = 0
    bad_records: int = 0
    duplicate: int = 0
    removed: int = 0
    empty: bool = False
    page_size: int | None = None
    repeat_token: bool = False
    latency_ms: int = 0
    fail_every: int = 0
    fail_status: int = 500
    retry_after: int | None = None
    reject_credentials: bool = False
    drop_after_page: int = 0
    malformed: str | None = None
    credentials_version: int = 0
    local_paging: str | None = None
    unlisted: int = 0
    total: int | None = None
    bad_token: str | None = None
    charset: str | None = None

    def merged(self, changes: Mapping[str, Any]) -> Self:
        """These controls with `changes`, which use wire names and have passed `check_controls`."""
        return replace(self, **{RULES[name].field: value for name, value in changes.items() if name != EXPIRE_TOKENS})

    def reset(self) -> Self:
        """These controls with everything off. The number of people stays."""
        return type(self)(users=self.users)

    def to_wire(self) -> dict[str, object]:
        """Every control by its wire name."""
        return {name: getattr(self, rule.field) for name, rule in RULES.items() if name != EXPIRE_TOKENS}


class ControlError(ValueError):
    """A control has an unknown name or an invalid value; the message says which."""


@dataclass(frozen=True)
class Rule:
    """The field that a control sets, the values that it accepts, and those values in words."""

    field: str
    accepts: Callable[[object], bool]
    wants: str


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0  # not isinstance, because True and False are integers in Python


def _is_count_or_null(value: object) -> bool:
    return value is None or _is_count(value)


def _is_page_size(value: object) -> bool:
    return value is None or (_is_count(value) and value != 0)


def _is_error_status(value: object) -> bool:
    return type(value) is int and 400 <= value <= 599


def _is_flag(value: object) -> bool:
    return isinstance(value, bool)


def _one_of(names: Collection[str]) -> Callable[[object], bool]:
    return lambda value: value is None or (isinstance(value, str) and value in names)


_COUNT = "an integer, 0 or more"
_FLAG = "true or false"


def _choice(field: str, names: Collection[str]) -> Rule:
    return Rule(field, _one_of(names), f"null or one of {', '.join(names)}")


EXPIRE_TOKENS = "expireTokens"
"""An action, not a setting: it ends the tokens issued so far, and the state does not show it."""

RULES: Mapping[str, Rule] = {
    "users": Rule("users", _is_count, _COUNT),
    "changed": Rule("changed", _is_count, _COUNT),
    "badRecords": Rule("bad_records", _is_count, _COUNT),
    "duplicate": Rule("duplicate", _is_count, _COUNT),
    "removed": Rule("removed", _is_count, _COUNT),
    "empty": Rule("empty", _is_flag, _FLAG),
    "pageSize": Rule("page_size", _is_page_size, "an integer, 1 or more, or null"),
    "repeatToken": Rule("repeat_token", _is_flag, _FLAG),
    "latencyMs": Rule("latency_ms", _is_count, _COUNT),
    "failEvery": Rule("fail_every", _is_count, _COUNT),
    "failStatus": Rule("fail_status", _is_error_status, "an HTTP status from 400 to 599"),
    "retryAfter": Rule("retry_after", _is_count_or_null, "seconds as an integer, 0 or more, or null"),
    "rejectCredentials": Rule("reject_credentials", _is_flag, _FLAG),
    "dropAfterPage": Rule("drop_after_page", _is_count, _COUNT),
    "malformed": _choice("malformed", MALFORMED_KINDS),
    "credentialsVersion": Rule("credentials_version", _is_count, _COUNT),
    "localPaging": _choice("local_paging", LOCAL_PAGING_KINDS),
    "unlisted": Rule("unlisted", _is_count, _COUNT),
    "total": Rule("total", _is_count_or_null, f"{_COUNT}, or null"),
    "badToken": _choice("bad_token", BAD_TOKENS),
    "charset": _choice("charset", CHARSETS),
    EXPIRE_TOKENS: Rule("", _is_flag, _FLAG),
}


def check_controls(changes: Mapping[str, Any]) -> None:
    """Raises ControlError unless every name is a control and every value is valid for it."""
    unknown = sorted(set(changes) - set(RULES))
    if unknown:
        raise ControlError(f"Unknown control: {', '.join(unknown)}. Known: company, {', '.join(RULES)}.")
    for name, value in changes.items():
        if not RULES[name].accepts(value):
            raise ControlError(f"{name} must be {RULES[name].wants}.")
