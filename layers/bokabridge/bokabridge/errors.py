"""What went wrong, and what may happen next: one class per answer to that question.

Every message is a sentence a person can read and never holds personal data or a secret: it is shown to callers,
stored on jobs, and travels through execution histories.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum


class BridgeError(Exception):
    """The base of all errors that this application raises on purpose."""


class RetriableError(BridgeError):
    """The other system is busy or away; the same call may work later. Retry-After sets `retry_after_seconds`."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class NotDelivered(RetriableError):
    """The request cannot have reached the other side: sending it again is safe."""


class DeliveryUnclear(BridgeError):
    """The request left us and no answer came: it may have been carried out.

    Not a RetriableError, so that nothing which retries those can repeat a request that may have cost money.
    """


class FatalError(BridgeError):
    """The sync cannot go on until somebody changes something. The message tells an administrator what."""


class CredentialsRejected(FatalError):
    """Axema does not accept the secrets that were used; newer ones may have been stored since."""


class LeaseLost(FatalError):
    """Another job holds the company's lock now; this one must not write any more."""

    def __init__(self) -> None:
        super().__init__("The sync was taken over by a newer one, because it had not reported progress for too long.")


class InvalidInput(BridgeError):
    """The caller's request is wrong in one field (a `None` field is the request as a whole)."""

    def __init__(self, message: str, field: str | None = None, code: str = "Invalid") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class InvalidFields(BridgeError):
    """The caller's request is wrong in several fields."""

    def __init__(self, problems: Sequence[InvalidInput]) -> None:
        super().__init__(" ".join(str(problem) for problem in problems))
        self.problems = problems


class NotConfigured(InvalidInput):
    """The company has no Axema settings, or they are not active, so there is nothing to sync from."""

    def __init__(self) -> None:
        super().__init__(
            "Axema is not set up for this company, or not active. Save the company's Axema settings first.",
            code="AxemaNotConfigured",
        )


class Unauthenticated(BridgeError):
    """Nobody vouches for the caller. `reason` is for the log only: what was wrong with a credential is not told."""

    def __init__(self, reason: str) -> None:
        super().__init__("Not Authenticated")
        self.reason = reason


class InvalidRole(BridgeError):
    """The caller is known, and none of their roles allows this."""

    def __init__(self) -> None:
        super().__init__("Invalid Role")


class Forbidden(BridgeError):
    """The caller may do this, but not for this company."""


class NotFound(BridgeError):
    """There is no such thing, or not for this caller."""


class Conflict(BridgeError):
    """What the caller wants to make is there already, or changed while they were changing it."""


class AlreadyRunning(BridgeError):
    """The company's lock is held by a live job; `has_begun` is False while no worker has reported for it."""

    def __init__(self, job_id: str, acquired_at: datetime, has_begun: bool) -> None:
        super().__init__("A sync is already running for this company. Only one can run at a time.")
        self.job_id = job_id
        self.acquired_at = acquired_at
        self.has_begun = has_begun


class Unavailable(BridgeError):
    """We could not do it just now, and nothing was done; trying again is safe."""


class Refusal(StrEnum):
    """What the other side objects to, when it refuses for good."""

    Invalid = "Invalid"
    NotFound = "NotFound"
    Unprocessable = "Unprocessable"


class UsageError(BridgeError):
    """A usage is not billed, or not for sure. `usage_id` is its record in the ledger, if there is one.

    `replayed` says that this is what an earlier request with the same key came to; `retry_after` is in seconds.
    """

    def __init__(
        self, message: str, usage_id: str | None = None, *, replayed: bool = False, retry_after: int | None = None
    ) -> None:
        super().__init__(message)
        self.usage_id = usage_id
        self.replayed = replayed
        self.retry_after = retry_after


class KeyReused(UsageError):
    """The Idempotency-Key belongs to another usage; nothing was done."""


class UsageInProgress(UsageError):
    """An earlier request with the same key is still being carried out; this one did nothing."""


class UsageRejected(UsageError):
    """VOSS refused the usage for good; it is not billed and never will be under this key."""

    def __init__(self, message: str, usage_id: str, refusal: Refusal, *, replayed: bool) -> None:
        super().__init__(message, usage_id, replayed=replayed)
        self.refusal = refusal


class UsageNotSent(UsageError):
    """VOSS was not reached. Repeating the request with the same key sends the usage, once."""


class UsageUnknown(UsageError):
    """Nobody can tell yet whether VOSS has the usage. It is being settled; the same key never bills it twice."""
