"""The controls that `PUT /_control` can set, and their values."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

MODES = {
    "ok": "VOSS accepts every usage",
    "reject": "VOSS refuses every usage, with `rejectStatus` and a reason",
    "error500": "VOSS is down: every response is 500 and VOSS accepts nothing",
    "acceptThen500": "VOSS accepts the usage and returns 500",
    "acceptThenDrop": "VOSS accepts the usage and closes the connection without a response",
    "unreadable": "VOSS accepts the usage and returns an unexpected body",
    "slow": "every request takes `latencyMs`, or 12 s; VOSS then accepts the usage even if the caller is gone",
    "throttle": "every response is 429",
    "duplicate": "VOSS accepts the usage unless it already has it, and returns 409: it already exists",
}
"""Each mode and its effect. `usage_api.py` implements them."""

SLOW_MS = 12_000
"""Milliseconds. Longer than the bridge waits."""


@dataclass(frozen=True)
class Controls:
    """The behaviour of VOSS. `latency_ms` delays every response; `dedupe` makes VOSS bill a reference only once.

    `dedupe` is off by default, so a usage that is posted twice appears twice on the bill.
    """

    mode: str = "ok"
    latency_ms: int = 0
    reject_status: int = 422
    dedupe: bool = False

    def merged(self, changes: Mapping[str, Any]) -> Self:
        """These controls with changes, which use wire names. Raises ControlError for an invalid one."""
        for name, value in changes.items():
            if name not in _FIELDS:
                raise ControlError(f"There is no control {name}. The controls are {', '.join(_FIELDS)}.")
            if not _accepts(name, value):
                raise ControlError(f"{name} cannot be {value!r}.")
        return replace(self, **{_FIELDS[name]: value for name, value in changes.items()})

    def to_wire(self) -> dict[str, object]:
        """Every control by its wire name."""
        return {name: getattr(self, field) for name, field in _FIELDS.items()}

    @property
    def latency(self) -> float:
        """Seconds before VOSS handles a request."""
        return (self.latency_ms or (SLOW_MS if self.mode == "slow" else 0)) / 1000


class ControlError(ValueError):
    """A control has an unknown name or an invalid value; the message says which."""


_FIELDS = {"mode": "mode", "latencyMs": "latency_ms", "rejectStatus": "reject_status", "dedupe": "dedupe"}


def _accepts(name: str, value: object) -> bool:
    match name:
        case "mode":
            return value in MODES
        case "dedupe":
            return isinstance(value, bool)
        case "rejectStatus":
            return type(value) is int and 400 <= value <= 499
        case _:
            return type(value) is int and value >= 0  # not isinstance, because True and False are integers in Python
