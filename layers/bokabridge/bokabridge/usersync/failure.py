"""Why a job failed."""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """The kinds of failures that differ in what follows from them."""

    Rejected = "Rejected"
    """Axema rejected the credentials."""
    Stopped = "Stopped"
    """A person cancelled the sync, or changed the settings so that it had to stop."""
    Other = "Other"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a job failed. The message is a sentence for an administrator."""

    message: str
    kind: FailureKind = FailureKind.Other
