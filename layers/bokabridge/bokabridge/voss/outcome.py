"""What a call to VOSS came to. The difference between them is money, so each is a type of its own."""

from dataclasses import dataclass

from bokabridge.errors import Refusal


@dataclass(frozen=True, slots=True)
class Accepted:
    """VOSS has the usage; its answer (CreateSubscriptionProductGroupResult) as JSON."""

    answer: str


@dataclass(frozen=True, slots=True)
class AlreadyThere:
    """VOSS says that it has the usage from before. Its answer has to be fetched."""


@dataclass(frozen=True, slots=True)
class Refused:
    """VOSS refused the usage for good; `reason` is VOSS's own sentence."""

    refusal: Refusal
    reason: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """VOSS certainly does not have the usage; `may_retry` says whether it makes sense to try again at once."""

    reason: str
    retry_after: float | None = None
    may_retry: bool = True


@dataclass(frozen=True, slots=True)
class Unclear:
    """VOSS may have the usage, or not."""

    reason: str


Outcome = Accepted | Refused | NotSent | Unclear
"""What sending comes to in the end."""


@dataclass(frozen=True, slots=True)
class NotThere:
    """VOSS answered the read-back, and it does not have the usage."""


ReadBack = Accepted | NotThere | Unclear
"""What asking VOSS about a usage comes to."""
