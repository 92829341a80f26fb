"""What `PUT /_control` may set: how VOSS behaves from now on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

MODES = {
    "ok": "every usage is taken",
    "reject": "every usage is refused, with `rejectStatus` and a reason",
    "error500": "VOSS is down: everything is answered 500 and nothing is taken",
    "acceptThen500": "the usage is taken, and the answer is 500",
    "acceptThenDrop": "the usage is taken, and the connection is closed without an answer",
    "unreadable": "the usage is taken, and the answer is not what it should be",
    "slow": "everything takes `latencyMs`, or 12 s; a usage is taken at the end of it, listened to or not",
    "throttle": "everything is answered 429",
    "acceptThenReject": "the usage is taken, and the answer is `rejectStatus` with a reason",
    "acceptThenHtml": "the usage is taken, and the answer is `rejectStatus` with a proxy's page",
    "html": "nothing is taken, and the answer is `rejectStatus` with a proxy's page",
    "problem": "every usage is refused, with `rejectStatus` and a problem of RFC 7807 without a title",
    "namesUs": "the usage is taken, and the answer names it but is not a result",
    "huge": "the usage is taken, and the answer is a result of 1 MB",
    "conflict": "nothing is taken, and the answer is 409",
    "duplicate": "the usage is taken unless it was before, and the answer is 409: it exists already",
}
"""Each mode and what it does; the last word on it is usage_api.py."""

READ_BACKS = {
    "ok": "the read-back lists every line",
    "empty": "the read-back lists nothing",
    "error500": "the read-back is answered 500, with a reason",
    "foreign": "the read-back lists another usage",
    "unreadable": "the read-back lists lines that name their usage but are not results",
}
"""What the read-back does, whatever the mode."""

SLOW_MS = 12_000
"""Longer than the bridge waits."""


@dataclass(frozen=True)
class Controls:
    """How VOSS behaves. `latency_ms` comes before all else; `dedupe` makes VOSS bill a reference only once.

    Off, as it is from the start, a usage that is posted twice is billed twice, and shows on the bill. `read_back` is
    one of READ_BACKS; a line is listed only `read_back_lag_ms` after it was taken.
    """

    mode: str = "ok"
    latency_ms: int = 0
    reject_status: int = 422
    dedupe: bool = False
    read_back: str = "ok"
    read_back_lag_ms: int = 0

    def merged(self, changes: Mapping[str, Any]) -> Self:
        """These controls with changes that bear wire names. ControlError for one that cannot be."""
        for name, value in changes.items():
            if name not in _FIELDS:
                raise ControlError(f"There is no control {name}; there are {', '.join(_FIELDS)}.")
            if not _accepts(name, value):
                raise ControlError(f"{name} cannot be {value!r}.")
        return replace(self, **{_FIELDS[name]: value for name, value in changes.items()})

    def to_wire(self) -> dict[str, object]:
        """Every control by the name under which it is set."""
        return {name: getattr(self, field) for name, field in _FIELDS.items()}

    @property
    def latency(self) -> float:
        """Seconds before anything happens."""
        return (self.latency_ms or (SLOW_MS if self.mode == "slow" else 0)) / 1000


class ControlError(ValueError):
    """The control request is wrong; the message says which name or value."""


_FIELDS = {
    "mode": "mode",
    "latencyMs": "latency_ms",
    "rejectStatus": "reject_status",
    "dedupe": "dedupe",
    "readBack": "read_back",
    "readBackLagMs": "read_back_lag_ms",
}


def _accepts(name: str, value: object) -> bool:
    match name:
        case "mode":
            return value in MODES
        case "readBack":
            return value in READ_BACKS
        case "dedupe":
            return isinstance(value, bool)
        case "rejectStatus":
            return type(value) is int and 400 <= value <= 499
        case _:
            return type(value) is int and value >= 0  # not isinstance: true and false are integers to Python
