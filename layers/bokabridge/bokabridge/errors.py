"""The application's errors. Each class says what may happen next: retry, give up, or correct the request.

Every message is a sentence for a person and contains no personal data and no secret, because callers see it, jobs store
it, and execution histories keep it.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum


class BridgeError(Exception):
    """The base class of all errors that this application raises on purpose."""


class RetriableError(BridgeError):
    """The other system is busy or away; the same call may work later. Retry-After sets `retry_after_seconds`."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class Unreachable(RetriableError):
    """There was no response: the connection failed, or it broke or timed out before the response began."""


class ServiceBusy(RetriableError):
    """An AWS service throttles us, fails or cannot be reached. Axema has nothing to do with it."""


class WorkerBusy(RetriableError):
    """An earlier invocation for the same job may still be writing. Only one may write at a time."""

    def __init__(self) -> None:
        super().__init__("An earlier worker of this sync may still be writing.")


class NotDelivered(RetriableError):
    """The request cannot have reached the other side, so sending it again is safe."""


class DeliveryUnclear(BridgeError):
    """The request got no response, so the other side may have carried it out. A repetition might cost money."""


class FatalError(BridgeError):
    """Retrying does not help until a person changes something. The message tells an administrator what to change."""


class CredentialsRejected(FatalError):
    """The other side rejected our credentials. Newer ones may have been stored since we read them."""


class SyncStopped(FatalError):
    """A person cancelled the sync, or changed the company's settings so that it must stop."""


class LeaseLost(FatalError):
    """Another job now holds the company's lock, so this one must not write any more."""

    def __init__(self) -> None:
        super().__init__("A newer sync replaced this one, because it had not reported progress for too long.")


class InvalidInput(BridgeError):
    """One field of the request is invalid. A `field` of None means the request as a whole."""

    def __init__(self, message: str, field: str | None = None, code: str = "Invalid") -> None:
        super().__init__(message)
        self.field = field
        self.code = code


class InvalidFields(BridgeError):
    """Several fields of the request are invalid. `summary` is the sentence about all of them, or ""."""

    def __init__(self, problems: Sequence[InvalidInput], summary: str = "") -> None:
        super().__init__(summary or " ".join(str(problem) for problem in problems))
        self.problems = problems
        self.summary = summary


class RequestTooLarge(BridgeError):
    """The body is larger than any request needs."""

    def __init__(self, max_kilobytes: int) -> None:
        super().__init__(f"The body is larger than {max_kilobytes} KB. Send less at once.")


class UnsupportedMediaType(BridgeError):
    """The body has a Content-Type that we do not read. We refuse it, because the call would act without the body."""

    def __init__(self) -> None:
        super().__init__("The body's Content-Type is not supported. Send JSON, XML, JSV, CSV, JSON Lines or a form.")


class MethodNotAllowed(BridgeError):
    """The path or the operation has other methods. `methods` are those that operations have there."""

    def __init__(self, message: str, methods: Sequence[str]) -> None:
        super().__init__(message)
        self.methods = methods


class ResponseTooLarge(InvalidInput):
    """The response has more bytes than we can send. We send no part of it, which would look like the whole."""

    def __init__(self) -> None:
        message = "The response would be larger than 5 MB. Ask for fewer items, with a lower Take or a narrower filter."
        super().__init__(message, code="ResponseTooLarge")


class NotConfigured(InvalidInput):
    """The company has no active Axema settings, so there is no source to sync from."""

    def __init__(self) -> None:
        super().__init__(
            "Axema is not set up for this company, or not active. Save the company's Axema settings first.",
            code="AxemaNotConfigured",
        )


class SchedulePaused(NotConfigured):
    """The company's schedule is paused, so it starts no sync. Other starts are possible."""


class Unauthenticated(BridgeError):
    """The caller has no valid credential. `reason` goes to the log only: the response does not say what was wrong."""

    def __init__(self, reason: str) -> None:
        super().__init__("Not Authenticated")
        self.reason = reason


class InvalidRole(BridgeError):
    """The caller is known, but none of their roles permits this operation."""

    def __init__(self) -> None:
        super().__init__("Invalid Role")


class Forbidden(BridgeError):
    """The caller's roles permit the operation, but not for this company."""


class NotFound(BridgeError):
    """The resource does not exist, or belongs to another company."""


class Conflict(BridgeError):
    """The resource already exists, or changed while the caller was changing it."""


class TooManyRequests(BridgeError):
    """The caller has made this request too often. It may make it again after `retry_after_seconds`."""

    def __init__(self, message: str, retry_after_seconds: int) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds


class AlreadyRunning(BridgeError):
    """A running job holds the company's lock. `has_begun` is False until a worker has reported progress for it."""

    def __init__(self, job_id: str, acquired_at: datetime, has_begun: bool) -> None:
        super().__init__("A sync is already running for this company. Only one can run at a time.")
        self.job_id = job_id
        self.acquired_at = acquired_at
        self.has_begun = has_begun


class StillEnding(BridgeError):
    """The lock's job has ended, but its worker may still be writing, for at most `retry_after_seconds`."""

    def __init__(self, job_id: str, retry_after_seconds: int) -> None:
        super().__init__(
            f"The previous sync of this company is still ending. Start it again in {retry_after_seconds} seconds."
        )
        self.job_id = job_id
        self.retry_after_seconds = retry_after_seconds


class Unavailable(BridgeError):
    """The operation is unavailable at the moment. Nothing was done, so trying again is safe."""


class Refusal(StrEnum):
    """The kind of objection with which the other side refuses a request for good."""

    Invalid = "Invalid"
    NotFound = "NotFound"
    Unprocessable = "Unprocessable"


class UsageError(BridgeError):
    """A usage is not billed, or it is not certain that it is billed.

    `usage_id` is its record in the ledger, or None without a record. `replayed` is True if this is the outcome of an
    earlier request with the same key.
    """

    def __init__(
        self,
        message: str,
        usage_id: str | None = None,
        *,
        replayed: bool = False,
        retry_after_seconds: int | None = None,
    ) -> None:
        super().__init__(message)
        self.usage_id = usage_id
        self.replayed = replayed
        self.retry_after_seconds = retry_after_seconds


class KeyReused(UsageError):
    """The Idempotency-Key belongs to another usage. Nothing was done."""


class UsageInProgress(UsageError):
    """An earlier request with the same key is still in progress. This one did nothing."""


class UsageRejected(UsageError):
    """VOSS refused the usage for good. It is not billed and never will be under this key."""

    def __init__(self, message: str, usage_id: str, refusal: Refusal, *, replayed: bool) -> None:
        super().__init__(message, usage_id, replayed=replayed)
        self.refusal = refusal


class UsageNotSent(UsageError):
    """VOSS did not get the usage. Repeating the request with the same key sends it, once."""


class UsageUnknown(UsageError):
    """It is not known yet whether VOSS has the usage. The ledger has it as ours to settle."""


class UsageDisputed(UsageError):
    """VOSS's answers do not say whether it has the usage. A person settles it; until then nobody sends it."""


class UsageNotBilled(UsageError):
    """A person decided that the usage is not billed. It never will be under this key."""


class LedgerUnavailable(UsageError):
    """The ledger confirmed neither a write nor a read, so it is not known what became of the usage."""
