"""The outcomes of a call to VOSS. Mistaking one for another costs money, so each has a type of its own."""

from dataclasses import dataclass

from bokabridge.errors import Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """VOSS has the usage.

    `result_json` is its response, a CreateSubscriptionProductGroupResult, or None if the response names our usage but
    is not one. Then `raw` is its text. `note` says why a response is not stored whole. `lines` counts the lines that
    VOSS lists for the usage; a response to a POST is always one.
    """

    result_json: str | None
    raw: str | None = None
    note: str | None = None
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """VOSS took the usage, but its response (`raw`) cannot be read and does not name the usage."""

    reason: str
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """VOSS says that it has the usage from an earlier POST. A read-back has to fetch the result."""

    reason: str = "VOSS says that it already has the usage."
    raw: str | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """VOSS refused the usage for good. `reason` is VOSS's own sentence."""

    refusal: Refusal
    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """VOSS certainly does not have the usage.

    `may_retry` is True if another try may succeed at once. `was_answered` is True if VOSS itself refused to look at the
    usage; False if the request never reached VOSS.
    """

    reason: str
    retry_after_seconds: float | None = None
    may_retry: bool = True
    was_answered: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """VOSS may or may not have the usage. `quotes_voss` is True if the reason has VOSS's own sentence."""

    reason: str
    quotes_voss: bool = False


Outcome = Accepted | Acknowledged | AlreadyThere | Refused | NotSent | Unclear
"""The outcome of a POST."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """VOSS answered the read-back: it does not list the usage."""


ReadBack = Accepted | NotThere | Unclear
"""The outcome of asking VOSS about a usage."""
