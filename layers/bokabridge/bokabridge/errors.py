"""What went wrong, and what may happen next: one class per answer to that question.

Every message is a sentence a person can read and never holds personal data or a secret: it is shown to callers,
stored on jobs, and travels through execution histories.
"""

from collections.abc import Sequence
from datetime import datetime


class BridgeError(Exception):
    """The base of all errors that this application raises on purpose."""


class RetriableError(BridgeError):
    """The other side is busy or away; the same call may work later, after `retry_after` seconds if it said so."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


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


class NotConfigured(BridgeError):
    """The company has no Axema settings or they are not active, so there is nothing to sync from."""

    def __init__(self) -> None:
        super().__init__(
            "Axema is not set up for this company, or not active. Save the company's Axema settings first."
        )


class Unauthenticated(BridgeError):
    """Nobody vouches for the caller."""

    def __init__(self) -> None:
        super().__init__("Not Authenticated")


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
