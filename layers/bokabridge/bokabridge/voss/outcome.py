"""The outcomes of a call to VOSS. Mistaking one for another costs money, so each has a type of its own."""

from dataclasses import dataclass

from bokabridge.errors import Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """VOSS has the usage. `result_json` is its response: a CreateSubscriptionProductGroupResult."""

    result_json: str


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """VOSS has the usage from an earlier POST. A read-back has to fetch the result."""


@dataclass(frozen=True, slots=True)
class Refused:
    """VOSS refused the usage for good. `reason` is VOSS's own sentence."""

    refusal: Refusal
    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """VOSS certainly does not have the usage. `may_retry` is True if another try may succeed at once."""

    reason: str
    retry_after_seconds: float | None = None
    may_retry: bool = True


@dataclass(frozen=True, slots=True)
class Unclear:
    """VOSS may or may not have the usage."""

    reason: str


Outcome = Accepted | Refused | NotSent | Unclear
"""The final outcome of a POST."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """VOSS answered the read-back: it does not have the usage."""


ReadBack = Accepted | NotThere | Unclear
"""The outcome of asking VOSS about a usage."""
